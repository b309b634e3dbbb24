//! Sixteen bytes at a time.
//!
//! | host | by |
//! |---|---|
//! | wasm32 with `simd128` | a vector of 128 bits |
//! | x86-64 | the same: SSE2 is part of it |
//! | others | SWAR, two words of 64 bits |
//!
//! The answers are the same, which the tests hold against the plain meaning for every byte in every lane. Here alone is
//! `unsafe`, and only to load a vector and to call what every x86-64 has.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128::Lanes;
#[cfg(target_arch = "x86_64")]
use sse2::Lanes;
#[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
use swar::Lanes;

/// How many bytes are looked at together.
pub(crate) const WIDTH: usize = 16;

/// So many bytes have their bits in one word.
pub(crate) const BLOCK: usize = 64;

/// A bit for each byte, the first one's lowest.
pub(crate) type Mask = u32;

/// The bytes from a place on, if there are enough.
#[inline]
pub(crate) fn chunk(bytes: &[u8], at: usize) -> Option<&[u8; WIDTH]> {
    bytes.get(at..)?.first_chunk()
}

/// A byte in every lane that stays in memory.
#[repr(align(16))]
struct Kept([u8; WIDTH]);

// What is compared with over and over.
static QUOTE: Kept = Kept([b'"'; WIDTH]);
static BACKSLASH: Kept = Kept([b'\\'; WIDTH]);
static LAST_CONTROL: Kept = Kept([0x1F; WIDTH]);
static SPACE: Kept = Kept([b' '; WIDTH]);
static LINE_FEED: Kept = Kept([b'\n'; WIDTH]);
static RETURN: Kept = Kept([b'\r'; WIDTH]);
static TAB: Kept = Kept([b'\t'; WIDTH]);
static BACKSPACE: Kept = Kept([0x08; WIDTH]);
// What white space beyond ASCII begins with: see `blank_and_odd`.
static LATIN: Kept = Kept([0xC2; WIDTH]);
static LOW_BITS: Kept = Kept([3; WIDTH]);
static UP_TO_E3: Kept = Kept([0xE3; WIDTH]);

/// What cannot stand for itself in a JSON string: quotes, backslashes, controls; and bytes beyond ASCII.
#[inline]
pub(crate) fn special(chunk: &[u8; WIDTH]) -> Mask {
    let lanes = Lanes::load(chunk);
    let is_mark = lanes.equal(Lanes::kept(&QUOTE)).or(lanes.equal(Lanes::kept(&BACKSLASH)));
    is_mark.or(lanes.up_to(Lanes::kept(&LAST_CONTROL))).or(lanes).top_bits()
}

/// Whether all bytes are ASCII: as many UTF-16 units as bytes.
#[inline]
pub(crate) fn is_ascii(chunk: &[u8; WIDTH]) -> bool {
    Lanes::load(chunk).top_bits() == 0
}

/// Whether two texts are the same. Most that are not have another length.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && same_bytes(a, b)
}

/// Whether two texts of one length are the same, by overlapping words: a comparison by a library call costs more than the
/// rest of what is done with a key or a word of a vocabulary.
#[inline(never)]
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if let (Some(a_end), Some(b_end)) = (a.last_chunk(), b.last_chunk()) {
        let mut starts = a.as_chunks().0.iter().zip(b.as_chunks().0);
        return is_same(a_end, b_end) && starts.all(|(a, b)| is_same(a, b));
    }
    if let (Some(a_end), Some(b_end)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        return a_end == b_end && a.first_chunk::<8>() == b.first_chunk::<8>();
    }
    match (a.last_chunk::<4>(), b.last_chunk::<4>()) {
        (Some(a_end), Some(b_end)) => a_end == b_end && a.first_chunk::<4>() == b.first_chunk::<4>(),
        _ => a.iter().eq(b),
    }
}

/// Appends bytes. Most texts are short, and a copy of unknown length is a call out of WebAssembly, which takes longer.
#[inline(never)]
pub(crate) fn append(list: &mut Vec<u8>, bytes: &[u8]) {
    let (chunks, mut rest) = bytes.as_chunks::<WIDTH>();
    if chunks.len() > 8 {
        return list.extend_from_slice(bytes);
    }
    for chunk in chunks {
        list.extend_from_slice(chunk);
    }
    if let Some((part, behind)) = rest.split_first_chunk::<8>() {
        list.extend_from_slice(part);
        rest = behind;
    }
    if let Some((part, behind)) = rest.split_first_chunk::<4>() {
        list.extend_from_slice(part);
        rest = behind;
    }
    for &byte in rest {
        list.push(byte);
    }
}

/// Whether two chunks are the same.
#[inline]
fn is_same(a: &[u8; WIDTH], b: &[u8; WIDTH]) -> bool {
    Lanes::load(a).equal(Lanes::load(b)).top_bits() == (1 << WIDTH) - 1
}

/// The first place of a byte.
pub(crate) fn position(byte: u8, bytes: &[u8]) -> Option<usize> {
    let without = |chunk: &&[u8; WIDTH]| Lanes::load(chunk).equal(Lanes::all(byte)).top_bits() == 0;
    let from = bytes.as_chunks::<WIDTH>().0.iter().take_while(without).count() * WIDTH;
    let within = bytes.get(from..)?.iter().position(|&other| other == byte)?;
    Some(from + within)
}

/// How often a byte stands in a text.
pub(crate) fn count(byte: u8, bytes: &[u8]) -> u32 {
    let (chunks, rest) = bytes.as_chunks::<WIDTH>();
    let in_chunk = |chunk: &[u8; WIDTH]| Lanes::load(chunk).equal(Lanes::all(byte)).top_bits().count_ones();
    let in_rest = rest.iter().map(|&other| u32::from(other == byte));
    chunks.iter().map(in_chunk).sum::<u32>() + in_rest.sum::<u32>()
}

/// How many bytes at the beginning of a text are surely ASCII: whole chunks of them.
pub(crate) fn ascii(bytes: &[u8]) -> usize {
    bytes.as_chunks::<WIDTH>().0.iter().take_while(|chunk| is_ascii(chunk)).count() * WIDTH
}

/// Whether a text is ASCII and has no line feed.
#[inline(never)]
pub(crate) fn is_line(bytes: &[u8]) -> bool {
    let feed = Lanes::kept(&LINE_FEED);
    let with = |other: Lanes, chunk: &[u8; WIDTH]| {
        let lanes = Lanes::load(chunk);
        other.or(lanes).or(lanes.equal(feed))
    };
    let Some(last) = bytes.last_chunk() else { return bytes.iter().all(|&byte| byte < 0x80 && byte != b'\n') };
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut other = with(Lanes::all(0), last);
    for block in blocks {
        if let [a, b, c, d] = block.as_chunks::<WIDTH>().0 {
            other = with(with(with(with(other, a), b), c), d);
        }
    }
    rest.as_chunks().0.iter().fold(other, with).top_bits() == 0
}

/// JSON's white space.
#[inline]
pub(crate) fn space(chunk: &[u8; WIDTH]) -> Mask {
    let lanes = Lanes::load(chunk);
    let is = |byte| lanes.equal(Lanes::kept(byte));
    is(&SPACE).or(is(&LINE_FEED)).or(is(&RETURN)).or(is(&TAB)).top_bits()
}

/// ASCII's white space, and what is to be looked at one by one: a mark, and the bytes that begin all other white space,
/// 0xC2 and from 0xE0 to 0xE3. Not inlined: among other code the optimiser takes the vectors apart into single bits.
#[inline(never)]
pub(crate) fn blank_and_odd(block: &[u8; BLOCK], mark: u8) -> (u64, u64) {
    let (mut blank, mut odd) = (0, 0);
    let mark = Lanes::all(mark);
    // From the last chunk to the first, so that no shift depends on which one it is.
    for chunk in block.as_chunks::<WIDTH>().0.iter().rev() {
        let lanes = Lanes::load(chunk);
        let up_to = |byte| lanes.up_to(Lanes::kept(byte));
        let is_blank = lanes.equal(Lanes::kept(&SPACE)).or(up_to(&RETURN).but(up_to(&BACKSPACE)));
        let is_wide = lanes.or(Lanes::kept(&LOW_BITS)).equal(Lanes::kept(&UP_TO_E3));
        let is_odd = lanes.equal(mark).or(lanes.equal(Lanes::kept(&LATIN))).or(is_wide);
        blank = blank << WIDTH | u64::from(is_blank.top_bits());
        odd = odd << WIDTH | u64::from(is_odd.top_bits());
    }
    (blank, odd)
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_min, u8x16_splat, v128, v128_andnot, v128_load, v128_or};

    /// Sixteen bytes. A lane says yes with its top bit.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        /// The same byte in every lane.
        #[inline]
        pub(super) fn all(byte: u8) -> Self {
            Self(u8x16_splat(byte))
        }

        #[inline]
        #[expect(unsafe_code, reason = "a vector is loaded from an address")]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            // SAFETY: the address is that of sixteen bytes, and the load asks for no alignment.
            Self(unsafe { v128_load(chunk.as_ptr().cast()) })
        }

        /// A vector that stays in memory. Engines make a constant anew wherever it is used, by several instructions.
        #[inline]
        #[expect(
            unsafe_code,
            clippy::cast_ptr_alignment,
            reason = "nothing else keeps the compiler from making it a constant; it is aligned"
        )]
        pub(super) fn kept(kept: &'static super::Kept) -> Self {
            // SAFETY: sixteen bytes that are aligned like a vector, and any bytes are one.
            Self(unsafe { kept.0.as_ptr().cast::<v128>().read_volatile() })
        }

        #[inline]
        pub(super) fn equal(self, other: Self) -> Self {
            Self(u8x16_eq(self.0, other.0))
        }

        #[inline]
        pub(super) fn up_to(self, most: Self) -> Self {
            Self(u8x16_eq(u8x16_min(self.0, most.0), self.0))
        }

        #[inline]
        pub(super) fn or(self, other: Self) -> Self {
            Self(v128_or(self.0, other.0))
        }

        #[inline]
        pub(super) fn but(self, other: Self) -> Self {
            Self(v128_andnot(self.0, other.0))
        }

        #[inline]
        pub(super) fn top_bits(self) -> super::Mask {
            super::Mask::from(u8x16_bitmask(self.0))
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    #![expect(
        unsafe_code,
        reason = "a vector is loaded from an address, and compilers know no SSE2 that is always there"
    )]

    use core::arch::x86_64::{
        __m128i, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8,
    };

    /// Sixteen bytes. A lane says yes with its top bit.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes(__m128i);

    impl Lanes {
        /// The same byte in every lane.
        #[inline]
        pub(super) fn all(byte: u8) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_set1_epi8(byte.cast_signed()) })
        }

        #[inline]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            // SAFETY: the address is that of sixteen bytes, and the load asks for no alignment.
            Self(unsafe { _mm_loadu_si128(chunk.as_ptr().cast()) })
        }

        #[inline]
        pub(super) fn kept(kept: &'static super::Kept) -> Self {
            Self::load(&kept.0)
        }

        #[inline]
        pub(super) fn equal(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_cmpeq_epi8(self.0, other.0) })
        }

        #[inline]
        pub(super) fn up_to(self, most: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_cmpeq_epi8(_mm_min_epu8(self.0, most.0), self.0) })
        }

        #[inline]
        pub(super) fn or(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_or_si128(self.0, other.0) })
        }

        #[inline]
        pub(super) fn but(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_andnot_si128(other.0, self.0) })
        }

        #[inline]
        pub(super) fn top_bits(self) -> super::Mask {
            // SAFETY: every x86-64 has SSE2.
            unsafe { _mm_movemask_epi8(self.0) }.cast_unsigned()
        }
    }
}

#[cfg(any(test, not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))))]
mod swar {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;

    /// Sixteen bytes. A lane says yes with its top bit.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes(u64, u64);

    impl Lanes {
        /// The same byte in every lane.
        #[inline]
        pub(super) fn all(byte: u8) -> Self {
            Self(ONES * u64::from(byte), ONES * u64::from(byte))
        }

        #[inline]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            let [low, high] = chunk.as_chunks::<8>().0 else { return Self(0, 0) };
            Self(u64::from_le_bytes(*low), u64::from_le_bytes(*high))
        }

        #[inline]
        pub(super) fn kept(kept: &'static super::Kept) -> Self {
            Self::load(&kept.0)
        }

        #[inline]
        fn with(self, other: Self, word: impl Fn(u64, u64) -> u64) -> Self {
            Self(word(self.0, other.0), word(self.1, other.1))
        }

        /// No sum carries into the next lane, as both addends are without their top bits.
        #[inline]
        pub(super) fn equal(self, other: Self) -> Self {
            self.with(other, |word, other| !((((word ^ other) & !TOPS) + !TOPS) | (word ^ other)) & TOPS)
        }

        /// Whether a byte is as large as another at most, which is below 0x80.
        #[inline]
        pub(super) fn up_to(self, most: Self) -> Self {
            self.with(most, |word, most| !(((word & !TOPS) + (!TOPS - most)) | word) & TOPS)
        }

        #[inline]
        pub(super) fn or(self, other: Self) -> Self {
            Self(self.0 | other.0, self.1 | other.1)
        }

        #[inline]
        pub(super) fn but(self, other: Self) -> Self {
            Self(self.0 & !other.0, self.1 & !other.1)
        }

        /// The product brings the top bit of each lane into the highest byte, one beside the other.
        #[inline]
        pub(super) fn top_bits(self) -> super::Mask {
            let pack = |word: u64| ((word & TOPS) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            super::Mask::try_from(pack(self.0) | pack(self.1) << 8).unwrap_or(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BLOCK, Lanes, Mask, WIDTH, append, ascii, blank_and_odd, count, is_ascii, is_line, position, same, space,
        special, swar,
    };

    /// Chunks with each byte in each lane, among bytes that carries and borrows would reach.
    fn chunks() -> impl Iterator<Item = [u8; WIDTH]> {
        let filled = [0, 1, 0x1F, b' ', b'"', b'A', 0x7F, 0x80, 0xC2, 0xFF].map(|fill| [fill; WIDTH]);
        let places = (0..WIDTH).flat_map(|lane| (0..=u8::MAX).map(move |byte| (lane, byte)));
        filled.into_iter().flat_map(move |filled| {
            places.clone().map(move |(lane, byte)| {
                let mut chunk = filled;
                if let Some(place) = chunk.get_mut(lane) {
                    *place = byte;
                }
                chunk
            })
        })
    }

    /// A bit for each byte that something holds of.
    fn plainly(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
        bytes.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
    }

    #[test]
    fn vectors_words_and_single_bytes_agree() {
        for chunk in chunks() {
            let agree = |vector: Mask, word: Mask, is: &dyn Fn(u8) -> bool| {
                assert_eq!((u64::from(vector), vector), (plainly(&chunk, is), word), "{chunk:?}");
            };
            let (vector, word) = (Lanes::load(&chunk), swar::Lanes::load(&chunk));
            agree(vector.top_bits(), word.top_bits(), &|byte| byte >= 0x80);
            let all = |byte: u8| (Lanes::all(byte), swar::Lanes::all(byte));
            for other in [0, b'"', b'\\', 0x7F, 0x80, 0xE3, 0xFF] {
                let others = all(other);
                agree(vector.equal(others.0).top_bits(), word.equal(others.1).top_bits(), &|byte| byte == other);
                let (or, mark) = ((vector.or(others.0), word.or(others.1)), all(0xE3));
                agree(or.0.equal(mark.0).top_bits(), or.1.equal(mark.1).top_bits(), &|byte| byte | other == 0xE3);
            }
            for most in [0, 8, 0x0D, 0x1F, 0x7E, 0x7F] {
                let mosts = all(most);
                agree(vector.up_to(mosts.0).top_bits(), word.up_to(mosts.1).top_bits(), &|byte| byte <= most);
            }
            let (tab, carriage) = (all(8), all(0x0D));
            let but =
                (vector.up_to(carriage.0).but(vector.up_to(tab.0)), word.up_to(carriage.1).but(word.up_to(tab.1)));
            agree(but.0.top_bits(), but.1.top_bits(), &|byte| (9..14).contains(&byte));
            assert_eq!(swar::Lanes::kept(&super::QUOTE).top_bits(), Lanes::kept(&super::QUOTE).top_bits());
        }
    }

    #[test]
    fn texts_are_appended_as_they_are() {
        let text: Vec<u8> = (0..=u8::MAX).collect();
        for length in 0..=text.len() {
            let part = text.get(..length).unwrap_or_default();
            let mut list = b"before".to_vec();
            append(&mut list, part);
            assert_eq!(list, [b"before", part].concat());
        }
    }

    #[test]
    fn texts_are_the_same_byte_for_byte() {
        let text: Vec<u8> = (0..40).collect();
        for length in 0..=text.len() {
            let part = text.get(..length).unwrap_or_default();
            assert!(same(part, part) && !same(part, text.get(..length + 1).unwrap_or(b"")));
            for place in 0..length {
                let mut other = part.to_vec();
                other.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 0x80);
                assert!(!same(part, &other), "{length} bytes, another one at {place}");
            }
        }
    }

    #[test]
    fn a_line_has_no_feed_and_nothing_beyond_ascii_anywhere() {
        for length in 0..=3 * BLOCK {
            assert!(is_line(&vec![0x7F; length]), "{length} bytes");
            for (place, odd) in (0..length).flat_map(|place| [b'\n', 0x80].map(|odd| (place, odd))) {
                let text = [vec![0x7F; place], vec![odd], vec![0x7F; length - place - 1]].concat();
                assert!(!is_line(&text), "{length} bytes, an odd one at {place}");
            }
        }
    }

    #[test]
    fn each_kind_of_byte_is_found() {
        let is_special = |byte| matches!(byte, b'"' | b'\\' | 0..0x20 | 0x80..);
        let is_odd = |byte| matches!(byte, b'!' | 0xC2 | 0xE0..=0xE3);
        for chunk in chunks() {
            assert_eq!(u64::from(special(&chunk)), plainly(&chunk, is_special), "{chunk:?}");
            assert_eq!(is_ascii(&chunk), chunk.is_ascii(), "{chunk:?}");
            assert_eq!(u64::from(space(&chunk)), plainly(&chunk, |byte| b" \t\r\n".contains(&byte)), "{chunk:?}");
            for from in (0..BLOCK).step_by(WIDTH) {
                let mut block = [b'x'; BLOCK];
                for (to, byte) in block.iter_mut().skip(from).zip(chunk) {
                    *to = byte;
                }
                let blank = plainly(&block, |byte| matches!(byte, b'\t'..=b'\r' | b' '));
                assert_eq!(blank_and_odd(&block, b'!'), (blank, plainly(&block, is_odd)), "{block:?}");
                assert_eq!(position(b'"', &block), block.iter().position(|&byte| byte == b'"'), "{block:?}");
                let part = block.get(..BLOCK - 3).unwrap_or_default();
                assert_eq!(u64::from(count(b'"', part)), u64::from(plainly(part, |byte| byte == b'"').count_ones()));
                let beyond = part.iter().position(|byte| !byte.is_ascii()).unwrap_or(part.len());
                assert_eq!(ascii(part), beyond - beyond % WIDTH, "{part:?}");
            }
        }
    }
}
