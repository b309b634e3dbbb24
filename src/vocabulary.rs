//! The words of the payload and of the summary: one table each.
//!
//! A table that reads the *wire* is open: a word that it does not hold is kept as text and reported as
//! `unknown_value`, never refused. Words are compared after trimming ASCII space, without regard to ASCII case, and
//! with `-`, `_` and space alike; the text itself is never changed.

use crate::lanes::same;

/// Declares a table of words as an enum whose variants know their spelling and their meaning.
macro_rules! words {
    (
        $(#[doc = $about:literal])*
        $name:ident {
            $( $(#[doc = $doc:literal])* $variant:ident = $word:literal $(| $alias:literal)* ),* $(,)?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $doc])* $variant, )* }

        impl $name {
            /// Every word, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Other spellings, each with its word.
            pub const ALIASES: &'static [(&'static str, Self)] = &[$( $( ($alias, Self::$variant), )* )*];

            /// The spelling on the wire and in every answer.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// What the word says, in one line.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => const { concat!($($doc),*).trim_ascii() }),* }
            }

            /// The row's place in [`ALL`](Self::ALL).
            #[must_use]
            #[expect(clippy::as_conversions, reason = "the discriminant of an enum without fields")]
            pub const fn index(self) -> u32 {
                self as u32
            }

            /// The row that a text means, if the table has one.
            #[must_use]
            pub fn read(text: &str) -> Option<Self> {
                Self::read_bytes(text.as_bytes())
            }

            /// As [`read`](Self::read), for text that is not known to be Unicode.
            #[must_use]
            pub fn read_bytes(text: &[u8]) -> Option<Self> {
                Self::ALL.get(usize::from($crate::vocabulary::find(text, Self::SPELLINGS)?)).copied()
            }

            /// Every spelling, with the row that it means.
            const SPELLINGS: &'static [(&'static str, u8)] =
                &[$( ($word, $name::$variant as u8), $( ($alias, $name::$variant as u8), )* )*];
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

/// The row that a text means: first as it is spelled, then tolerantly. Not generic, as there are many tables.
pub(crate) fn find(text: &[u8], spellings: &[(&str, u8)]) -> Option<u8> {
    let tolerantly = || {
        let text = trimmed(text);
        spellings.iter().find(|(word, _)| alike(text, word.as_bytes())).map(|&(_, row)| row)
    };
    exactly(text, spellings).or_else(tolerantly)
}

/// The row that a text is, letter for letter.
#[inline(never)]
fn exactly(text: &[u8], spellings: &[(&str, u8)]) -> Option<u8> {
    spellings.iter().find(|(word, _)| same(word.as_bytes(), text)).map(|&(_, row)| row)
}

/// A text without the ASCII space round it. Not inlined, as it is asked in many places.
#[inline(never)]
pub(crate) fn trimmed(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Whether two texts are one word: ASCII case aside, and with `-`, `_` and space alike.
pub(crate) fn alike(text: &[u8], word: &[u8]) -> bool {
    let fold = |byte: u8| match byte {
        b'-' | b' ' => b'_',
        _ => byte.to_ascii_lowercase(),
    };
    text.len() == word.len() && text.iter().copied().map(fold).eq(word.iter().copied().map(fold))
}

words! {
    /// How a call ended, in one word: the reading of [`CallStatus`] and [`EndCallReason`] together.
    Outcome {
        /// somebody or something answered and the call ran
        Connected = "connected",
        /// a voicemail or another machine answered
        Voicemail = "voicemail",
        /// nobody answered, or the line was busy
        NotReached = "not_reached",
        /// a technical failure
        Failed = "failed",
        /// called off before it began
        Cancelled = "cancelled",
        /// refused as unwanted
        Blocked = "blocked",
        /// not over: another payload for the call is to come
        InProgress = "in_progress",
        /// no word that the tables know
        Unknown = "unknown",
    }
}

words! {
    /// The state of a call: `status` and `call.status`.
    CallStatus {
        /// the call ran to its end; does not prove that anybody spoke
        Completed = "completed",
        /// the call failed, see `error_message`
        Failed = "failed",
        /// waiting to be made
        Queue = "queue",
        /// put on hold
        Paused = "paused",
        /// started
        Initiated = "initiated",
        /// nobody answered
        NoAnswer = "no-answer",
        /// the line was busy
        Busy = "busy",
        /// a voicemail answered and the agent hung up
        HangupOnVoicemail = "hangup_on_voicemail",
        /// a voicemail answered and the agent left a message
        LeftVoicemail = "left_voicemail",
        /// waiting
        Pending = "pending",
        /// ringing
        Ringing = "ringing",
        /// running
        InProgress = "in-progress",
        /// known to the telephony provider
        Registered = "registered",
        /// called off
        Canceled = "canceled" | "cancelled",
        /// hung up in the first second
        UserCanceled = "user-canceled" | "user-cancelled",
        /// refused as unwanted
        Spam = "spam",
        /// the call ran to its end
        Done = "done",
        /// a voicemail answered
        Voicemail = "voicemail",
        /// a voicemail answered
        VoicemailDetected = "voicemail_detected",
        /// a machine answered
        MachineDetected = "machine_detected",
    }
}

impl CallStatus {
    /// What the status says of the call.
    #[must_use]
    pub const fn class(self) -> Outcome {
        match self {
            Self::Completed | Self::Done => Outcome::Connected,
            Self::Failed => Outcome::Failed,
            Self::Queue
            | Self::Paused
            | Self::Initiated
            | Self::Pending
            | Self::Ringing
            | Self::InProgress
            | Self::Registered => Outcome::InProgress,
            Self::NoAnswer | Self::Busy => Outcome::NotReached,
            Self::HangupOnVoicemail
            | Self::LeftVoicemail
            | Self::Voicemail
            | Self::VoicemailDetected
            | Self::MachineDetected => Outcome::Voicemail,
            Self::Canceled | Self::UserCanceled => Outcome::Cancelled,
            Self::Spam => Outcome::Blocked,
        }
    }
}

words! {
    /// Why a call ended: `call.end_call_reason`.
    EndCallReason {
        /// a voicemail answered
        Voicemail = "voicemail",
        /// answered; the person said goodbye first
        HumanGoodbye = "human_goodbye",
        /// answered; the agent said goodbye first
        AgentGoodbye = "agent_goodbye",
        /// answered, then cut off without a goodbye
        HumanPickUpCutOff = "human_pick_up_cut_off",
        /// the time limit was reached
        MaxDuration = "max_duration",
        /// not given: a word, not the value that JavaScript calls so
        Undefined = "undefined",
        /// a voicemail answered and a message was left
        VoicemailMessageLeft = "voicemail_message_left",
        /// a condition of the user's own, see `custom_end_call_reason`
        CustomEndCall = "custom_end_call",
        /// hung up at once
        UserCanceled = "user_canceled" | "user_cancelled",
        /// a voicemail answered and was cut off
        VoicemailCutOff = "voicemail_cut_off",
        /// a technical failure
        Error = "error",
        /// another word for `agent_goodbye`
        AgentEndedCall = "agent_ended_call",
        /// another word for `human_goodbye`
        HumanEndedCall = "human_ended_call",
        /// another word for `human_goodbye`
        HumanHangup = "human_hangup",
        /// another word for `max_duration`
        Timeout = "timeout",
        /// a status in the wrong field, as in 2024
        Completed = "completed",
        /// the account had no minutes left
        InsufficientMinutes = "Insufficient Minutes",
    }
}

impl EndCallReason {
    /// Whether somebody said goodbye.
    #[must_use]
    pub const fn is_goodbye(self) -> bool {
        matches!(
            self,
            Self::HumanGoodbye | Self::AgentGoodbye | Self::HumanEndedCall | Self::HumanHangup | Self::AgentEndedCall
        )
    }

    /// Whether a voicemail or another machine answered.
    #[must_use]
    pub const fn is_voicemail(self) -> bool {
        matches!(self, Self::Voicemail | Self::VoicemailMessageLeft | Self::VoicemailCutOff)
    }
}

words! {
    /// What the judge says of one criterion: the verdicts of `analysis`.
    Verdict {
        /// met
        True = "true",
        /// partly met
        Partial = "partial",
        /// not met
        False = "false",
        /// does not apply
        NotApplicable = "not_applicable",
    }
}

words! {
    /// The kind of an action at run time: `action_type`.
    ActionType {
        /// information extractor, runs after the call
        ExtractInfo = "extract_info_action_type",
        /// request to the operator's own server
        CustomFunction = "custom_function_action_type",
        /// live transfer
        TransferCall = "transfer_call_action_type",
        /// text message
        SendSms = "send_sms_action_type",
        /// calendar booking
        CalcomBooking = "calcom_booking_action_type",
        /// custom action
        NewCustomAction = "new_custom_action",
    }
}

words! {
    /// Who spoke.
    Speaker {
        /// the agent
        Bot = "bot",
        /// the other party: a person, a voicemail greeting, a phone menu
        Human = "human",
    }
}

impl Speaker {
    /// The labels at the start of a line, each with the speaker that it names; anything else is speech.
    pub const LABELS: [(&'static str, Self); 3] =
        [("bot:", Self::Bot), ("human:", Self::Human), ("assistant:", Self::Bot)];
}

words! {
    /// A vocabulary that a field of the payload draws from.
    Vocabulary {
        /// [`CallStatus`]
        CallStatus = "call_status",
        /// [`EndCallReason`]
        EndCallReason = "end_call_reason",
        /// [`Verdict`]
        Verdict = "verdict",
        /// [`ActionType`]
        ActionType = "action_type",
    }
}

impl Vocabulary {
    /// The row that a text means, if the table has one.
    pub(crate) fn row(self, text: &[u8]) -> Option<u8> {
        find(text, self.spellings())
    }

    /// The row that a text is, letter for letter.
    pub(crate) fn spelled(self, text: &[u8]) -> Option<u8> {
        exactly(text, self.spellings())
    }

    /// Every spelling, with the row that it means.
    const fn spellings(self) -> &'static [(&'static str, u8)] {
        match self {
            Self::CallStatus => CallStatus::SPELLINGS,
            Self::EndCallReason => EndCallReason::SPELLINGS,
            Self::Verdict => Verdict::SPELLINGS,
            Self::ActionType => ActionType::SPELLINGS,
        }
    }

    /// Every word with what it says, in the order of the table.
    #[must_use]
    pub fn rows(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::CallStatus => CallStatus::ALL.iter().map(|row| (row.word(), row.about())).collect(),
            Self::EndCallReason => EndCallReason::ALL.iter().map(|row| (row.word(), row.about())).collect(),
            Self::Verdict => Verdict::ALL.iter().map(|row| (row.word(), row.about())).collect(),
            Self::ActionType => ActionType::ALL.iter().map(|row| (row.word(), row.about())).collect(),
        }
    }
}
