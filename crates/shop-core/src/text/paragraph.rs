//! Sentences in lines of a limited width.

/// Writes sentences as lines of at most `width` bytes, each with a line end, to `out`.
///
/// The first begins with `mark`, the others are indented as far. A longer word has its own line.
pub fn paragraph(out: &mut String, mark: &str, sentences: &str, width: usize) {
    let mut used = mark.len();
    out.push_str(mark);
    for word in sentences.split_whitespace() {
        if used > mark.len() {
            if used + 1 + word.len() > width {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', mark.len()));
                used = mark.len();
            } else {
                out.push(' ');
                used += 1;
            }
        }
        out.push_str(word);
        used += word.len();
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_indented_and_no_longer_than_the_width() {
        let mut out = String::new();
        paragraph(&mut out, "- ", "one two three  incomprehensible four", 9);
        assert_eq!(out, "- one two\n  three\n  incomprehensible\n  four\n");
        out.clear();
        paragraph(&mut out, "- ", "", 9);
        assert_eq!(out, "- \n");
    }
}
