//! From byte offsets, as tokenizers count, to UTF-16 code units, as JavaScript counts.

/// Translates offsets into one text; quickest where they come in ascending order.
pub struct Utf16Offsets<'t> {
    text: &'t str,
    byte: usize,
    unit: u32,
}

impl<'t> Utf16Offsets<'t> {
    /// For `text`.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            byte: 0,
            unit: 0,
        }
    }

    /// The UTF-16 offset of the character that holds the byte offset `byte`, or begins there.
    pub fn floor(&mut self, byte: usize) -> u32 {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        self.at_boundary(byte)
    }

    /// The UTF-16 offset behind the character that holds the byte before `byte`.
    pub fn ceil(&mut self, byte: usize) -> u32 {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte += 1;
        }
        self.at_boundary(byte)
    }

    fn at_boundary(&mut self, byte: usize) -> u32 {
        if byte < self.byte {
            (self.byte, self.unit) = (0, 0);
        }
        let between = &self.text[self.byte..byte];
        self.unit += between.chars().map(|c| c.len_utf16() as u32).sum::<u32>();
        self.byte = byte;
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::Utf16Offsets;

    #[test]
    fn characters_outside_the_first_plane_count_twice() {
        let text = "a😀é";
        let mut offsets = Utf16Offsets::new(text);
        assert_eq!(offsets.floor(1), 1);
        assert_eq!(offsets.floor(3), 1);
        assert_eq!(offsets.ceil(3), 3);
        assert_eq!(offsets.ceil(text.len()), 4);
        assert_eq!(offsets.floor(0), 0);
        assert_eq!(offsets.ceil(99), 4);
    }
}
