//! The words of a text, as the standard analyzer finds them (contract DO-7.2).

use unicode_segmentation::UnicodeSegmentation as _;

/// Longer words are cut into pieces.
const MAX_WORD: usize = 255;

/// The words in order, in small letters.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.unicode_words().flat_map(|word| {
        let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        let pieces: Vec<String> =
            letters.chunks(MAX_WORD).map(|piece| piece.iter().collect()).collect();
        pieces
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the documentation of the standard analyzer.
    #[test]
    fn the_standard_analyzer_finds_the_words_of_its_example() {
        let text = "The 2 QUICK Brown-Foxes jumped over the lazy dog's bone.";
        let expected = [
            "the", "2", "quick", "brown", "foxes", "jumped", "over", "the", "lazy", "dog's", "bone",
        ];
        assert_eq!(words(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_long_word_is_cut() {
        let lengths: Vec<usize> = words(&"a".repeat(300)).map(|word| word.len()).collect();
        assert_eq!(lengths, [255, 45]);
    }
}
