//! Thrift's compact protocol, as far as a Parquet file is looked at before a library reads it.

/// Structs in structs, where nobody asks what they hold.
const DEEPEST: usize = 16;

/// Goes through bytes once. Everything is `None` where they end too early, or are none.
pub struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Thrift<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub fn place(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A whole number with a sign.
    pub fn whole(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The next field of a struct: its sort, and its number; 0 at the end.
    pub fn field(&mut self, number: &mut i64) -> Option<u8> {
        let byte = self.byte()?;
        if byte & 0x0f != 0 {
            *number = if byte >> 4 == 0 { self.whole()? } else { number.checked_add(i64::from(byte >> 4))? };
        }
        Some(byte & 0x0f)
    }

    /// The beginning of a list: of what sort its values are, and how many there are.
    pub fn list(&mut self) -> Option<(u8, u64)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.number()? } else { u64::from(byte >> 4) };
        Some((byte & 0x0f, count))
    }

    /// Passes over the value of a field.
    pub fn pass(&mut self, sort: u8) -> Option<()> {
        self.pass_over(sort, false, DEEPEST)
    }

    /// A truth value is part of its field, and a byte in a list.
    fn pass_over(&mut self, sort: u8, listed: bool, deep: usize) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        match sort {
            1 | 2 if !listed => {}
            1..=3 => self.at += 1,
            4..=6 => _ = self.number()?,
            7 => self.at += 8,
            8 => {
                let length = usize::try_from(self.number()?).ok()?;
                self.at = self.at.checked_add(length)?;
            }
            9 | 10 => {
                let (sort, count) = self.list()?;
                for _ in 0..count {
                    self.pass_over(sort, true, deep)?;
                }
            }
            12 => {
                let mut field = 0;
                loop {
                    match self.field(&mut field)? {
                        0 => break,
                        sort => self.pass_over(sort, false, deep)?,
                    }
                }
            }
            _ => return None,
        }
        (self.at <= self.bytes.len()).then_some(())
    }
}
