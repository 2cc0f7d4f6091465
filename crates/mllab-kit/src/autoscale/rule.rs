//! Names of what allows or blocks an action, as the documents write them.

/// Why something happened, or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The policy's formula, without an alarm.
    Formula,
    /// The high alarm has its datapoints.
    HighAlarm,
    /// The low alarm has its datapoints.
    LowAlarm,
    /// A scheduled action.
    Scheduled,
    /// The high alarm lacks datapoints.
    HighAlarmWaits,
    /// The low alarm lacks datapoints.
    LowAlarmWaits,
    /// Between the low alarm's threshold and the target.
    LowThreshold,
    /// The scale-out cooldown.
    ScaleOutCooldown,
    /// The scale-in cooldown.
    ScaleInCooldown,
    /// The upper bound.
    MaxCapacity,
    /// The lower bound.
    MinCapacity,
    /// No datapoint.
    MissingData,
    /// Not all policies would scale in.
    OtherPolicy,
    /// The HPA's tolerance.
    Tolerance,
    /// The HPA's window of recommendations.
    StabilisationWindow,
    /// The HPA's limit on the rate of change.
    ScalingPolicy,
}

impl Rule {
    /// The name in tables, as the documents write it.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Formula => "formula",
            Rule::HighAlarm => "high alarm",
            Rule::LowAlarm => "low alarm",
            Rule::Scheduled => "scheduled action",
            Rule::HighAlarmWaits => "high alarm datapoints",
            Rule::LowAlarmWaits => "low alarm datapoints",
            Rule::LowThreshold => "low alarm threshold",
            Rule::ScaleOutCooldown => "ScaleOutCooldown",
            Rule::ScaleInCooldown => "ScaleInCooldown",
            Rule::MaxCapacity => "MaxCapacity",
            Rule::MinCapacity => "MinCapacity",
            Rule::MissingData => "missing data",
            Rule::OtherPolicy => "another policy",
            Rule::Tolerance => "tolerance",
            Rule::StabilisationWindow => "stabilizationWindowSeconds",
            Rule::ScalingPolicy => "scaling policy",
        }
    }

    /// What the documents say of it.
    pub fn words(self) -> &'static str {
        match self {
            Rule::Formula => "capacity is the load over the target, rounded up",
            Rule::HighAlarm => "the high alarm has its datapoints above the target",
            Rule::LowAlarm => "the low alarm has its datapoints below its threshold",
            Rule::Scheduled => "a scheduled action sets the minimum, whatever the cooldown",
            Rule::HighAlarmWaits => "the high alarm has fewer datapoints than it needs to go into ALARM",
            Rule::LowAlarmWaits => "the low alarm has fewer datapoints than it needs to go into ALARM",
            Rule::LowThreshold => "the metric is below the target, but above the low alarm's threshold",
            Rule::ScaleOutCooldown => "the scale-out cooldown runs, and what was already added counts",
            Rule::ScaleInCooldown => "the scale-in cooldown blocks scale-in until it has passed",
            Rule::MaxCapacity => "capacity is at its maximum",
            Rule::MinCapacity => "capacity is at its minimum",
            Rule::MissingData => "insufficient data does not scale",
            Rule::OtherPolicy => "with several policies, scale-in needs all of them",
            Rule::Tolerance => "the ratio of current to desired value is within the tolerance",
            Rule::StabilisationWindow => "the highest recommendation of the stabilization window stands",
            Rule::ScalingPolicy => "a scaling policy limits the change within its period",
        }
    }
}
