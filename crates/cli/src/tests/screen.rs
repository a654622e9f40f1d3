use std::collections::VecDeque;

use crate::live::{drawn, fitted};

/// What a terminal shows: rows of at most `width` characters.
struct Screen {
    width: usize,
    rows: Vec<Row>,
    /// The row and the column of the cursor.
    cursor: (usize, usize),
}

#[derive(Default)]
struct Row {
    text: Vec<char>,
    /// Whether it continues the row above, which was too narrow.
    is_wrapped: bool,
}

impl Screen {
    fn new(width: usize) -> Self {
        Self { width, rows: vec![Row::default()], cursor: (0, 0) }
    }

    fn write(&mut self, text: &str) {
        let mut rest: VecDeque<char> = text.chars().collect();
        while let Some(c) = rest.pop_front() {
            let (row, column) = self.cursor;
            match c {
                '\r' => self.cursor.1 = 0,
                '\n' => self.move_to(row + 1, 0, false),
                '\u{1b}' => {
                    let end = rest.iter().position(char::is_ascii_alphabetic).unwrap();
                    let code: String = rest.drain(..=end).skip(1).collect();
                    self.control(&code);
                }
                _ if column == self.width => {
                    self.move_to(row + 1, 0, true);
                    rest.push_front(c);
                }
                _ => {
                    let text = &mut self.rows[row].text;
                    text.resize(text.len().max(column + 1), ' ');
                    text[column] = c;
                    self.cursor.1 += 1;
                }
            }
        }
    }

    fn move_to(&mut self, row: usize, column: usize, is_wrapped: bool) {
        if row == self.rows.len() {
            self.rows.push(Row { is_wrapped, ..Row::default() });
        }
        self.cursor = (row, column);
    }

    fn control(&mut self, code: &str) {
        let (row, column) = self.cursor;
        match code.strip_suffix('A') {
            Some(n) => self.cursor.0 = row.saturating_sub(n.parse().unwrap()),
            None => {
                assert_eq!(code, "J");
                self.rows.truncate(row + 1);
                self.rows[row].text.truncate(column);
            }
        }
    }

    /// Lines that are too long for the new width get more rows. The cursor stays at its character.
    fn resize_with_reflow(&mut self, width: usize) {
        let cursor = self.cursor;
        let old = std::mem::replace(self, Self::new(width));
        let mut place = (0, 0);
        for (i, row) in old.rows.iter().enumerate() {
            if i > 0 && !row.is_wrapped {
                self.write("\n");
                self.cursor.1 = 0;
            }
            if i == cursor.0 {
                place = self.cursor;
                assert_eq!(cursor.1, 0, "it rests at the start of a line");
            }
            self.write(&row.text.iter().collect::<String>());
        }
        self.cursor = place;
    }

    /// Rows that are too long for the new width lose their ends.
    fn resize_with_cut(&mut self, width: usize) {
        self.width = width;
        self.rows.iter_mut().for_each(|row| row.text.truncate(width));
    }

    fn text(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.text.iter().collect()).collect()
    }
}

/// Three lines, as wide as the terminal allows.
fn frame(width: usize) -> String {
    let words = vec!["word".to_owned(); 100];
    drawn(&[(); 3].map(|()| fitted(&words, width - 1)))
}

#[test]
fn nothing_of_the_display_is_left_behind_when_the_window_is_resized() {
    for resize in [Screen::resize_with_reflow, Screen::resize_with_cut] {
        let mut screen = Screen::new(80);
        screen.write("first\r\n");
        for width in [80, 50, 120, 20, 200, 7, 80] {
            resize(&mut screen, width);
            screen.write(&frame(width));
            assert_eq!(screen.rows.len(), 4, "{width}: {:?}", screen.text());
        }
        // Resized once more before it is removed, as after Ctrl-C.
        resize(&mut screen, 9);
        screen.write(&drawn(&[]));
        screen.write("last\r\n");
        assert_eq!(screen.text(), ["first", "last", ""]);
    }
}
