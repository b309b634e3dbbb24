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

/// The same as a number of bits.
pub(crate) const LANES: u32 = 16;

/// A bit for each byte, the first one's lowest.
pub(crate) type Mask = u32;

/// The bytes from a place on, if there are enough.
#[inline]
pub(crate) fn chunk(bytes: &[u8], at: usize) -> Option<&[u8; WIDTH]> {
    bytes.get(at..)?.first_chunk()
}

/// What cannot stand for itself in a JSON string: quotes, backslashes, controls; and bytes beyond ASCII.
#[inline]
pub(crate) fn special(chunk: &[u8; WIDTH]) -> Mask {
    let lanes = Lanes::load(chunk);
    lanes.equal(b'"').or(lanes.equal(b'\\')).or(lanes.below(0x20)).or(lanes).top_bits()
}

/// JSON's white space.
#[inline]
pub(crate) fn space(chunk: &[u8; WIDTH]) -> Mask {
    let lanes = Lanes::load(chunk);
    lanes.equal(b' ').or(lanes.equal(b'\n')).or(lanes.equal(b'\r')).or(lanes.equal(b'\t')).top_bits()
}

/// ASCII's white space, and what is to be looked at one by one: a mark, and the bytes that begin all other white space.
#[inline]
pub(crate) fn blank_and_odd(chunk: &[u8; WIDTH], mark: u8) -> (Mask, Mask) {
    let lanes = Lanes::load(chunk);
    let blank = lanes.equal(b' ').or(lanes.below(0x0E).but(lanes.below(0x09)));
    let wide = lanes.equal(0xC2).or(lanes.equal(0xE1)).or(lanes.equal(0xE2)).or(lanes.equal(0xE3));
    (blank.top_bits(), lanes.equal(mark).or(wide).top_bits())
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128, v128_andnot, v128_load, v128_or};

    /// Sixteen bytes. A lane says yes with its top bit.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        #[inline]
        #[expect(unsafe_code, reason = "a vector is loaded from an address")]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            // SAFETY: the address is that of sixteen bytes, and the load asks for no alignment.
            Self(unsafe { v128_load(chunk.as_ptr().cast()) })
        }

        #[inline]
        pub(super) fn equal(self, byte: u8) -> Self {
            Self(u8x16_eq(self.0, u8x16_splat(byte)))
        }

        #[inline]
        pub(super) fn below(self, bound: u8) -> Self {
            Self(u8x16_lt(self.0, u8x16_splat(bound)))
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
        #[inline]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            // SAFETY: the address is that of sixteen bytes, and the load asks for no alignment.
            Self(unsafe { _mm_loadu_si128(chunk.as_ptr().cast()) })
        }

        #[inline]
        pub(super) fn equal(self, byte: u8) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_cmpeq_epi8(self.0, _mm_set1_epi8(byte.cast_signed())) })
        }

        /// The bound is above 0.
        #[inline]
        pub(super) fn below(self, bound: u8) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe {
                let most = _mm_set1_epi8(bound.wrapping_sub(1).cast_signed());
                _mm_cmpeq_epi8(_mm_min_epu8(self.0, most), self.0)
            })
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
        #[inline]
        pub(super) fn load(chunk: &[u8; super::WIDTH]) -> Self {
            let [low, high] = chunk.as_chunks::<8>().0 else { return Self(0, 0) };
            Self(u64::from_le_bytes(*low), u64::from_le_bytes(*high))
        }

        #[inline]
        fn map(self, word: impl Fn(u64) -> u64) -> Self {
            Self(word(self.0), word(self.1))
        }

        /// No sum carries into the next lane, as both addends are without their top bits.
        #[inline]
        pub(super) fn equal(self, byte: u8) -> Self {
            let other = ONES * u64::from(byte);
            self.map(|word| !((((word ^ other) & !TOPS) + !TOPS) | (word ^ other)) & TOPS)
        }

        /// The bound is at most 0x80.
        #[inline]
        pub(super) fn below(self, bound: u8) -> Self {
            let rest = ONES * u64::from(0x80 - bound);
            self.map(|word| !(((word & !TOPS) + rest) | word) & TOPS)
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
