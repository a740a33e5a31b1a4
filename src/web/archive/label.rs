//! Local Contexts' labels for traditional knowledge (TK) and biocultural heritage (BC), by the names that readers know.

use crate::web::page::Page;

/// The messages of the labels by their codes.
const NAMES: [(&str, &str); 30] = [
    ("tk-a", "label-tk-a"),
    ("tk-cl", "label-tk-cl"),
    ("tk-f", "label-tk-f"),
    ("tk-mc", "label-tk-mc"),
    ("tk-cv", "label-tk-cv"),
    ("tk-cr", "label-tk-cr"),
    ("tk-v", "label-tk-v"),
    ("tk-nv", "label-tk-nv"),
    ("tk-s", "label-tk-s"),
    ("tk-wg", "label-tk-wg"),
    ("tk-mg", "label-tk-mg"),
    ("tk-mr", "label-tk-mr"),
    ("tk-wr", "label-tk-wr"),
    ("tk-cs", "label-tk-cs"),
    ("tk-ss", "label-tk-ss"),
    ("tk-c", "label-tk-c"),
    ("tk-nc", "label-tk-nc"),
    ("tk-co", "label-tk-co"),
    ("tk-o", "label-tk-o"),
    ("tk-cb", "label-tk-cb"),
    ("bc-p", "label-bc-p"),
    ("bc-mc", "label-bc-mc"),
    ("bc-cl", "label-bc-cl"),
    ("bc-cv", "label-bc-cv"),
    ("bc-cnv", "label-bc-cnv"),
    ("bc-r", "label-bc-r"),
    ("bc-cb", "label-bc-cb"),
    ("bc-oc", "label-bc-oc"),
    ("bc-o", "label-bc-o"),
    ("bc-nc", "label-bc-nc"),
];

/// Where Local Contexts says what its labels mean: TK, and BC.
const MEANINGS: [&str; 2] = [
    "https://localcontexts.org/labels/traditional-knowledge-labels/",
    "https://localcontexts.org/labels/biocultural-labels/",
];

/// Where it is said what a label means.
pub(super) fn meaning(code: &str) -> &'static str {
    let [traditional, biocultural] = MEANINGS;
    if code.starts_with("bc-") { biocultural } else { traditional }
}

/// The name of a label.
pub(super) fn name(page: &Page, code: &str) -> String {
    let known = NAMES.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_ascii_uppercase(), |(_, message)| page.t(message).to_owned())
}

/// All labels with their names, to be chosen from.
pub(super) fn all(page: &Page) -> Vec<(&'static str, String)> {
    NAMES.iter().map(|(code, message)| (*code, page.t(message).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::LABELS;

    #[test]
    fn every_label_has_its_name() {
        assert!(LABELS.iter().eq(NAMES.iter().map(|(code, _)| code)));
        for code in LABELS {
            let is_biocultural = meaning(code).ends_with("/biocultural-labels/");
            assert_eq!(is_biocultural, code.starts_with("bc-"), "{code}");
        }
    }
}
