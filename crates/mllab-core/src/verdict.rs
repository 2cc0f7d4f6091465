//! From an interval to a verdict, and from the verdicts of settings to that of a claim.
//!
//! A rule is written from the note's sentence before anything is measured. What a rule makes of an interval stands
//! here, once, and nowhere else.

use crate::Estimate;
use serde::{Deserialize, Serialize};

/// What counts as true, for one measured number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// For signed effects where 0 means none: holds from x up, fails from −x down (the opposite), and between −x and
    /// x there is no effect that matters. x > 0.
    AtLeast(f64),
    /// For levels, proportions, scores: holds from x up, fails below.
    Above(f64),
    /// For errors, gaps, false alarms: holds up to x, fails above.
    Below(f64),
    /// For equality with theory: holds inside, fails where the interval does not touch the band.
    Within([f64; 2]),
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// True here.
    Holds,
    /// True in some settings and not in others; only a claim can be this.
    Depends,
    /// The effect is smaller than the size that matters.
    Negligible,
    /// Not true.
    Fails,
    /// The interval does not tell.
    Undecided,
}

impl Rule {
    /// The verdict on one estimate. An interval of NaN is undecided.
    ///
    /// ```
    /// use mllab_core::{Estimate, Rule, Verdict};
    /// assert_eq!(Rule::AtLeast(0.1).judge(&Estimate::exact(0.1)), Verdict::Holds);
    /// assert_eq!(Rule::AtLeast(0.1).judge(&Estimate::exact(0.0)), Verdict::Negligible);
    /// assert_eq!(Rule::AtLeast(0.1).judge(&Estimate::exact(-0.1)), Verdict::Fails);
    /// ```
    pub fn judge(&self, estimate: &Estimate) -> Verdict {
        let (low, high) = (estimate.low(), estimate.high());
        if !estimate.is_bounded() {
            return Verdict::Undecided;
        }
        match *self {
            Rule::AtLeast(x) if low >= x => Verdict::Holds,
            Rule::AtLeast(x) if high <= -x => Verdict::Fails,
            Rule::AtLeast(x) if -x < low && high < x => Verdict::Negligible,
            Rule::Above(x) if low >= x => Verdict::Holds,
            Rule::Above(x) if high < x => Verdict::Fails,
            Rule::Below(x) if high <= x => Verdict::Holds,
            Rule::Below(x) if low > x => Verdict::Fails,
            Rule::Within([a, b]) if a <= low && high <= b => Verdict::Holds,
            Rule::Within([a, b]) if high < a || b < low => Verdict::Fails,
            _ => Verdict::Undecided,
        }
    }

    /// Whether an estimate lies on the rule's line: no answer, for its interval holds the line, and yet more runs would not
    /// help, for it is narrower than a quarter of the size that matters (of a band, its width).
    ///
    /// ```
    /// use mllab_core::{Estimate, Rule};
    /// let found = |low, high| Estimate::from_parts(0.97, low, high, 60).unwrap();
    /// assert!(Rule::AtLeast(1.0).is_on_the_line(&found(0.93, 1.01)));
    /// assert!(!Rule::AtLeast(1.0).is_on_the_line(&found(0.80, 1.14)));
    /// ```
    pub fn is_on_the_line(&self, estimate: &Estimate) -> bool {
        let size = match *self {
            Rule::AtLeast(x) | Rule::Above(x) | Rule::Below(x) => x.abs(),
            Rule::Within([a, b]) => b - a,
        };
        // An undecided interval that narrow holds a line, and one of NaN is not narrow.
        self.judge(estimate) == Verdict::Undecided && estimate.high() - estimate.low() < size / 4.0
    }

    /// Whether the verdict `Fails` would mean that the opposite is true.
    pub fn is_signed(&self) -> bool {
        matches!(self, Rule::AtLeast(_))
    }

    /// What is wrong with the rule itself, where something is.
    ///
    /// # Errors
    ///
    /// A threshold that is not a number, an effect size that is not positive, a band whose ends are out of order.
    pub fn check(&self) -> Result<(), String> {
        let numbers = match *self {
            Rule::AtLeast(x) | Rule::Above(x) | Rule::Below(x) => vec![x],
            Rule::Within(ends) => ends.to_vec(),
        };
        match *self {
            _ if numbers.iter().any(|x| !x.is_finite()) => Err("a threshold must be a finite number".into()),
            Rule::AtLeast(x) if x <= 0.0 => {
                Err(format!("at_least = {x}: the size that matters must be above 0; a level takes above = {x}"))
            }
            Rule::Within([a, b]) if a >= b => Err(format!("within = [{a}, {b}]: the lower end comes first")),
            _ => Ok(()),
        }
    }
}

/// What a setting does for its claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Makes the verdict.
    #[default]
    Scope,
    /// Shows how far it goes.
    Limit,
    /// Must hold, or nothing is settled: an arm that must show nothing.
    Control,
    /// Must hold, or nothing is settled: an identity, which a correct program cannot fail. It is evidence of the program,
    /// not of the sentence.
    Check,
}

impl Role {
    /// Whether nothing is settled unless it holds.
    pub fn must_hold(self) -> bool {
        matches!(self, Role::Control | Role::Check)
    }
}

/// How many of its settings a sentence speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantifier {
    /// Every one: a plain statement.
    #[default]
    All,
    /// At least one: "can", "may".
    Some,
    /// More than half: "usually".
    Most,
}

/// The verdict of a setting from those of its parts: holds if all hold, fails if any fails, else undecided if any is,
/// else negligible. A setting has at least one part.
pub fn of_parts(parts: &[Verdict]) -> Verdict {
    let any = |verdict| parts.contains(&verdict);
    if any(Verdict::Fails) {
        Verdict::Fails
    } else if any(Verdict::Undecided) || parts.is_empty() {
        Verdict::Undecided
    } else if any(Verdict::Negligible) {
        Verdict::Negligible
    } else {
        Verdict::Holds
    }
}

/// The verdict of a claim from those of its settings. Limits have no say; a control or a check that does not hold leaves
/// the claim undecided.
pub fn of_settings(quantifier: Quantifier, settings: &[(Role, Verdict)]) -> Verdict {
    use Verdict::{Depends, Fails, Holds, Negligible, Undecided};
    let scope: Vec<Verdict> = settings.iter().filter(|(role, _)| *role == Role::Scope).map(|&(_, v)| v).collect();
    if scope.is_empty() || settings.iter().any(|&(role, v)| role.must_hold() && v != Holds) {
        return Undecided;
    }
    let count = |verdict| scope.iter().filter(|&&v| v == verdict).count();
    let (holds, fails, undecided) = (count(Holds), count(Fails), count(Undecided));
    let not = fails + count(Negligible);
    let how_not = if fails > 0 { Fails } else { Negligible };
    match quantifier {
        Quantifier::All if not == scope.len() => how_not,
        Quantifier::All if holds == scope.len() => Holds,
        Quantifier::All if holds > 0 && not > 0 => Depends,
        Quantifier::Some if holds > 0 => Holds,
        Quantifier::Some if undecided == 0 => how_not,
        Quantifier::Most if 2 * holds > scope.len() => Holds,
        Quantifier::Most if 2 * not > scope.len() => how_not,
        Quantifier::Most if holds > 0 && not > 0 && undecided == 0 => Depends,
        _ => Undecided,
    }
}

/// What a rerun makes of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The same, or anything where `undecided` was expected.
    Agrees,
    /// From or to undecided: near the line.
    NearTheLine,
    /// From one answer to another.
    Moved,
    /// Nothing is expected yet.
    NoExpectation,
}

/// Holds a verdict against what was expected.
pub fn agreement(verdict: Verdict, expect: Option<Verdict>) -> Agreement {
    match expect {
        None => Agreement::NoExpectation,
        Some(expect) if expect == verdict || expect == Verdict::Undecided => Agreement::Agrees,
        Some(_) if verdict == Verdict::Undecided => Agreement::NearTheLine,
        Some(_) => Agreement::Moved,
    }
}

impl Verdict {
    /// The word that a program reads.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Depends => "depends",
            Verdict::Negligible => "negligible",
            Verdict::Fails => "fails",
            Verdict::Undecided => "undecided",
        }
    }

    /// The words that a person reads; `opposite` for a reversed effect.
    pub fn words(self, opposite: bool) -> &'static str {
        match self {
            Verdict::Holds => "True here",
            Verdict::Depends => "True only when …",
            Verdict::Negligible => "No effect that matters",
            Verdict::Fails if opposite => "The opposite is true",
            Verdict::Fails => "Not true",
            Verdict::Undecided => "Not settled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Depends, Fails, Holds, Negligible, Undecided};
    use proptest::prelude::*;

    fn judge(rule: Rule, low: f64, high: f64) -> Verdict {
        rule.judge(&Estimate::from_parts(low, low, high, 2).expect("ends in order"))
    }

    #[test]
    fn every_boundary_of_every_rule() {
        let nan = f64::NAN;
        let tiny = f64::EPSILON;
        for (rule, low, high, verdict) in [
            (Rule::AtLeast(1.0), 1.0, 2.0, Holds),
            (Rule::AtLeast(1.0), 1.0 - tiny, 2.0, Undecided),
            (Rule::AtLeast(1.0), -2.0, -1.0, Fails),
            (Rule::AtLeast(1.0), -2.0, -1.0 + tiny, Undecided),
            (Rule::AtLeast(1.0), -1.0 + tiny, 1.0 - tiny, Negligible),
            (Rule::AtLeast(1.0), -1.0, 0.5, Undecided),
            (Rule::AtLeast(1.0), -0.5, 1.0, Undecided),
            (Rule::AtLeast(1.0), -2.0, 2.0, Undecided),
            (Rule::Above(0.9), 0.9, 1.0, Holds),
            (Rule::Above(0.9), 0.9 - tiny, 1.0, Undecided),
            (Rule::Above(0.9), 0.0, 0.9, Undecided),
            (Rule::Above(0.9), 0.0, 0.9 - tiny, Fails),
            (Rule::Below(0.1), 0.0, 0.1, Holds),
            (Rule::Below(0.1), 0.0, 0.1 + tiny, Undecided),
            (Rule::Below(0.1), 0.1, 0.2, Undecided),
            (Rule::Below(0.1), 0.1 + tiny, 0.2, Fails),
            (Rule::Within([1.0, 2.0]), 1.0, 2.0, Holds),
            (Rule::Within([1.0, 2.0]), 1.0 - tiny, 2.0, Undecided),
            (Rule::Within([1.0, 2.0]), 1.0, 2.0 + 2.0 * tiny, Undecided),
            (Rule::Within([1.0, 2.0]), 0.0, 1.0, Undecided),
            (Rule::Within([1.0, 2.0]), 0.0, 1.0 - tiny, Fails),
            (Rule::Within([1.0, 2.0]), 2.0, 3.0, Undecided),
            (Rule::Within([1.0, 2.0]), 2.0 + 2.0 * tiny, 3.0, Fails),
            (Rule::Within([1.0, 2.0]), 0.0, 3.0, Undecided),
            (Rule::AtLeast(1.0), nan, 2.0, Undecided),
            (Rule::Above(1.0), 2.0, nan, Undecided),
            (Rule::Below(1.0), nan, nan, Undecided),
            (Rule::Within([1.0, 2.0]), nan, 0.0, Undecided),
        ] {
            assert_eq!(judge(rule, low, high), verdict, "{rule:?} on [{low}, {high}]");
        }
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        for rule in [
            Rule::AtLeast(0.0),
            Rule::AtLeast(-1.0),
            Rule::Above(f64::NAN),
            Rule::Within([1.0, 1.0]),
            Rule::Within([2.0, 1.0]),
        ] {
            assert!(rule.check().is_err(), "{rule:?}");
        }
        for rule in [Rule::Below(1e-12), Rule::Above(0.0), Rule::AtLeast(1e-12), Rule::Within([1.0, 1.1])] {
            assert_eq!(rule.check(), Ok(()));
        }
    }

    #[test]
    fn each_verdict_has_words_of_its_own() {
        let all = [Holds, Depends, Negligible, Fails, Undecided];
        let words = all.map(|v| (v.word(), v.words(false)));
        assert_eq!(words.map(|w| w.0), ["holds", "depends", "negligible", "fails", "undecided"]);
        assert!(words.iter().all(|w| words.iter().filter(|other| other.1 == w.1).count() == 1), "{words:?}");
        assert_eq!((Fails.words(false), Fails.words(true)), ("Not true", "The opposite is true"));
    }

    #[test]
    fn only_a_signed_effect_has_an_opposite() {
        assert!(Rule::AtLeast(0.1).is_signed());
        assert!(![Rule::Above(0.1), Rule::Below(0.1), Rule::Within([0.0, 0.1])].iter().any(Rule::is_signed));
    }

    #[test]
    fn parts_make_a_setting() {
        for (parts, verdict) in [
            (vec![Holds, Holds], Holds),
            (vec![Holds, Fails, Undecided], Fails),
            (vec![Holds, Undecided, Negligible], Undecided),
            (vec![Holds, Negligible], Negligible),
            (vec![], Undecided),
        ] {
            assert_eq!(of_parts(&parts), verdict, "{parts:?}");
        }
    }

    #[test]
    fn settings_make_a_claim() {
        use Quantifier::{All, Most, Some};
        for (quantifier, scope, verdict) in [
            (All, vec![Holds, Holds], Holds),
            (All, vec![Fails, Fails], Fails),
            (All, vec![Negligible, Negligible], Negligible),
            (All, vec![Undecided, Undecided], Undecided),
            (All, vec![Fails, Negligible], Fails),
            (All, vec![Holds, Fails], Depends),
            (All, vec![Holds, Negligible], Depends),
            (All, vec![Holds, Fails, Undecided], Depends),
            (All, vec![Holds, Undecided], Undecided),
            (All, vec![Fails, Undecided], Undecided),
            (Some, vec![Holds, Fails, Undecided], Holds),
            (Some, vec![Fails, Negligible], Fails),
            (Some, vec![Negligible], Negligible),
            (Some, vec![Fails, Undecided], Undecided),
            (Most, vec![Holds, Holds, Fails], Holds),
            (Most, vec![Holds, Fails, Negligible], Fails),
            (Most, vec![Holds, Negligible, Negligible], Negligible),
            (Most, vec![Holds, Fails], Depends),
            (Most, vec![Holds, Fails, Undecided], Undecided),
            (Most, vec![Holds, Holds, Undecided, Undecided], Undecided),
            (All, vec![], Undecided),
        ] {
            let settings: Vec<_> = scope.iter().map(|&v| (Role::Scope, v)).collect();
            assert_eq!(of_settings(quantifier, &settings), verdict, "{quantifier:?} of {scope:?}");
        }
    }

    #[test]
    fn limits_have_no_say_and_controls_a_veto() {
        let with = |role, v| of_settings(Quantifier::All, &[(Role::Scope, Holds), (role, v)]);
        assert_eq!(with(Role::Limit, Fails), Holds);
        assert_eq!(with(Role::Control, Holds), Holds);
        for role in [Role::Control, Role::Check] {
            assert_eq!(with(role, Holds), Holds);
            for verdict in [Fails, Undecided, Negligible] {
                assert_eq!(with(role, verdict), Undecided);
            }
        }
        assert_eq!(of_settings(Quantifier::All, &[(Role::Check, Holds)]), Undecided, "an identity is no evidence");
    }

    #[test]
    fn on_the_line_is_what_more_runs_would_not_settle() {
        let on = |rule: Rule, low: f64, high: f64| {
            rule.is_on_the_line(&Estimate::from_parts(low, low, high, 2).expect("ends in order"))
        };
        for (rule, low, high, is) in [
            (Rule::AtLeast(1.0), 0.9, 1.1, true),
            (Rule::AtLeast(1.0), -1.1, -0.9, true),
            (Rule::AtLeast(1.0), 0.9, 1.16, false),
            (Rule::AtLeast(1.0), 0.5, 0.6, false),
            (Rule::AtLeast(1.0), 1.0, 1.1, false),
            (Rule::Above(0.8), 0.7, 0.85, true),
            (Rule::Above(-0.8), -0.85, -0.7, true),
            (Rule::Above(0.8), 0.7, 0.91, false),
            (Rule::Above(0.0), -1e-9, 1e-9, false),
            (Rule::Below(0.8), 0.75, 0.85, true),
            (Rule::Within([1.0, 2.0]), 0.9, 1.1, true),
            (Rule::Within([1.0, 2.0]), 1.9, 2.1, true),
            (Rule::Within([1.0, 2.0]), 1.9, 2.16, false),
            (Rule::Below(0.8), f64::NAN, f64::NAN, false),
        ] {
            assert_eq!(on(rule, low, high), is, "{rule:?} on [{low}, {high}]");
        }
    }

    #[test]
    fn only_a_change_of_answer_is_a_move() {
        assert_eq!(agreement(Holds, Some(Holds)), Agreement::Agrees);
        assert_eq!(agreement(Fails, Some(Undecided)), Agreement::Agrees);
        assert_eq!(agreement(Undecided, Some(Holds)), Agreement::NearTheLine);
        for (verdict, expect) in [(Fails, Holds), (Negligible, Holds), (Holds, Negligible), (Depends, Holds)] {
            assert_eq!(agreement(verdict, Some(expect)), Agreement::Moved);
        }
        assert_eq!(agreement(Holds, None), Agreement::NoExpectation);
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        (0..4, 0.01..2.0, 0.01..2.0).prop_map(|(kind, a, width)| match kind {
            0 => Rule::AtLeast(a),
            1 => Rule::Above(a - 1.0),
            2 => Rule::Below(a - 1.0),
            _ => Rule::Within([a - 1.0, a - 1.0 + width]),
        })
    }

    fn any_verdict() -> impl Strategy<Value = Verdict> {
        prop::sample::select(vec![Holds, Negligible, Fails, Undecided])
    }

    fn any_settings() -> impl Strategy<Value = Vec<(Role, Verdict)>> {
        let role = prop::sample::select(vec![Role::Scope, Role::Limit, Role::Control, Role::Check]);
        prop::collection::vec((role, any_verdict()), 0..7)
    }

    fn any_quantifier() -> impl Strategy<Value = Quantifier> {
        prop::sample::select(vec![Quantifier::All, Quantifier::Some, Quantifier::Most])
    }

    proptest! {
        #[test]
        fn a_narrower_interval_never_takes_an_answer_back(
            rule in any_rule(), low in -3.0..3.0_f64, width in 0.0..2.0_f64, a in 0.0..1.0_f64, b in 0.0..1.0_f64
        ) {
            let high = low + width;
            let (inner_low, inner_high) = (low + width * f64::min(a, b), low + width * f64::max(a, b));
            let wide = judge(rule, low, high);
            if wide != Undecided {
                prop_assert_eq!(judge(rule, inner_low.clamp(low, high), inner_high.clamp(low, high)), wide);
            }
        }

        #[test]
        fn moving_up_never_turns_holds_into_fails_under_above(x in -1.0..1.0, low in -2.0..2.0, width in 0.0..1.0, up in 0.0..1.0) {
            let rank = |v| match v { Fails => 0, Undecided => 1, _ => 2 };
            let before = rank(judge(Rule::Above(x), low, low + width));
            prop_assert!(rank(judge(Rule::Above(x), low + up, low + width + up)) >= before);
        }

        #[test]
        fn the_order_of_settings_does_not_matter(quantifier in any_quantifier(), settings in any_settings(), by in 0_usize..7) {
            let mut turned = settings.clone();
            turned.rotate_left(by % settings.len().max(1));
            prop_assert_eq!(of_settings(quantifier, &settings), of_settings(quantifier, &turned));
            turned.reverse();
            prop_assert_eq!(of_settings(quantifier, &settings), of_settings(quantifier, &turned));
        }

        #[test]
        fn a_failed_control_never_yields_holds(quantifier in any_quantifier(), settings in any_settings()) {
            let failed = settings.iter().any(|&(role, v)| role.must_hold() && v != Holds);
            prop_assume!(failed);
            prop_assert_eq!(of_settings(quantifier, &settings), Undecided);
        }
    }
}
