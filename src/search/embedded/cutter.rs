//! Gives tantivy the words of a [`Line`] with their places.
//!
//! [`Line`]: super::super::token::Line

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::super::token::SEPARATOR;

/// The tokenizer for lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Cutter {
    token: Token,
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        self.token.reset();
        Words { rest: Some(text), place: 0, token: &mut self.token }
    }
}

/// The words of one line.
pub(super) struct Words<'a> {
    rest: Option<&'a str>,
    place: usize,
    token: &'a mut Token,
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        while let Some(rest) = self.rest {
            let (word, left) = rest.split_once(SEPARATOR).map_or((rest, None), |(word, left)| (word, Some(left)));
            let place = self.place;
            (self.rest, self.place) = (left, place + 1);
            if !word.is_empty() {
                self.token.position = place;
                self.token.text.clear();
                self.token.text.push_str(word);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
