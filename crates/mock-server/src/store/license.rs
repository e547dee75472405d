//! The license of the cluster (contract DO-8).

use std::time::Duration;

use api_types::Timestamp;

/// What a license allows: the `type` in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LicenseType {
    Basic,
    Standard,
    Gold,
    Platinum,
    Enterprise,
    Trial,
}

impl LicenseType {
    /// In the order in which messages name them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Basic, Self::Standard, Self::Gold, Self::Platinum, Self::Enterprise, Self::Trial];

    /// The name in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Standard => "standard",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
            Self::Enterprise => "enterprise",
            Self::Trial => "trial",
        }
    }

    /// The type of that name, in capital or small letters.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// Whether a trial may be of this type.
    pub(crate) const fn is_for_trials(self) -> bool {
        matches!(self, Self::Gold | Self::Platinum | Self::Enterprise | Self::Trial)
    }
}

/// Which license there is, and whether another one may be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct License {
    pub(crate) kind: LicenseType,
    /// In the form of a UUID; `None` stands for the one that comes of the id of the node.
    pub(crate) uid: Option<String>,
    pub(crate) issued_at: Timestamp,
    /// A cluster has one trial.
    pub(crate) is_trial_used: bool,
}

/// How long a license lasts that the cluster gives itself, unless it is a basic one.
const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// When the first license was issued: 2023-12-01T00:00:00Z, in nanoseconds.
const FIRST: i128 = 1_701_388_800_000_000_000;

impl License {
    /// What a cluster begins with.
    pub(crate) fn first() -> Self {
        Self {
            kind: LicenseType::Basic,
            uid: None,
            issued_at: Timestamp::from_nanoseconds(FIRST),
            is_trial_used: false,
        }
    }

    /// When it is over; a basic one never is.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        (self.kind != LicenseType::Basic).then(|| self.issued_at.after(LASTS))
    }

    /// The status in answers. A basic one is good at any time that a clock may be set to.
    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        match self.expires_at() {
            Some(_) if self.issued_at > now => "invalid",
            Some(end) if end < now => "expired",
            _ => "active",
        }
    }

    /// Whether a basic one may be asked for.
    pub(crate) fn is_basic(&self) -> bool {
        self.kind == LicenseType::Basic
    }
}

/// An id in the form of a random UUID, made of another id.
pub(crate) fn uid(id: &str) -> String {
    let digits: String = id.bytes().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    let (version, variant) = (format!("4{}", part(13, 16)), format!("a{}", part(17, 20)));
    [part(0, 8), part(8, 12), version, variant, part(20, 32)].join("-")
}
