//! Words and their stems, in rules so few that search.js has the same ones.

/// The words of a text in lower case: each group was written with hyphens.
pub fn tokens(text: &str) -> Vec<Vec<String>> {
    let lower = text.to_lowercase().replace('²', "2");
    let is_joint = |c: char| matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}' | '/' | '\'' | '’');
    lower
        .split(|c: char| !c.is_alphanumeric() && !is_joint(c))
        .map(|group| group.split(is_joint).filter(|word| !word.is_empty()).map(String::from).collect::<Vec<_>>())
        .filter(|group| !group.is_empty())
        .collect()
}

/// Endings and what stands for them; the first that fits with three letters left before it is taken.
pub const ENDINGS: [(&str, &str); 29] = [
    ("isations", "iz"),
    ("izations", "iz"),
    ("isation", "iz"),
    ("ization", "iz"),
    ("ising", "iz"),
    ("izing", "iz"),
    ("ised", "iz"),
    ("ized", "iz"),
    ("ises", "iz"),
    ("izes", "iz"),
    ("isers", "iz"),
    ("izers", "iz"),
    ("iser", "iz"),
    ("izer", "iz"),
    ("ise", "iz"),
    ("ize", "iz"),
    ("ations", "at"),
    ("ation", "at"),
    ("ating", "at"),
    ("ated", "at"),
    ("ates", "at"),
    ("ate", "at"),
    ("ies", "y"),
    ("ing", ""),
    ("ed", ""),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
];

/// What a word is compared by: "regularisation", "regularize" and "regularised" have one stem.
pub fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.into();
    }
    let mut stem = word.to_string();
    if let Some(rest) = stem.strip_suffix('s').filter(|rest| rest.ends_with("our")) {
        stem = rest.into();
    }
    for our in ["our", "ours"] {
        if stem.ends_with(our) && stem.len() > 5 {
            stem = format!("{}or", &stem[..stem.len() - our.len()]);
        }
    }
    let ending = ENDINGS.iter().find(|(from, _)| stem.ends_with(from) && stem.len() >= from.len() + 3);
    if let Some((from, to)) = ending {
        stem = format!("{}{to}", &stem[..stem.len() - from.len()]);
    } else if stem.ends_with('s') && !stem.ends_with("ss") && !stem.ends_with("us") && !stem.ends_with("is") {
        stem.pop();
    }
    let bytes = stem.as_bytes();
    let n = bytes.len();
    let doubled = n > 4 && bytes[n - 1] == bytes[n - 2] && !b"aeiousl".contains(&bytes[n - 1]);
    if doubled || n > 4 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one() {
        for forms in [
            &["regularisation", "regularize", "regularised", "regularizing"][..],
            &["oversample", "oversampling", "oversampled", "oversamples"],
            &["penalty", "penalties"],
            &["tree", "trees"],
            &["overfitting", "overfitted", "overfit", "overfits"],
            &["oscillation", "oscillates", "oscillating", "oscillate"],
            &["behaviour", "behavior", "behaviours"],
            &["boosting", "boosted", "boost", "boosts"],
            &["weight", "weights", "weighting"],
            &["bias", "bias"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|other| *other == stems[0]), "{forms:?}: {stems:?}");
        }
    }

    #[test]
    fn hyphens_group() {
        assert_eq!(
            tokens("A cut-off, scale_pos_weight."),
            [vec!["a"], vec!["cut", "off"], vec!["scale", "pos", "weight"]]
        );
    }
}
