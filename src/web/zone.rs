//! The time zones that are offered: where associations of the diaspora are, by city, each with its offset today.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::page::Page;
use crate::lang::Language;

/// IANA names with the message of their city, from east to west of Asia and on around the world.
const ZONES: [(&str, &str); 46] = [
    ("Asia/Shanghai", "zone-shanghai"),
    ("Asia/Hong_Kong", "zone-hong-kong"),
    ("Asia/Macau", "zone-macau"),
    ("Asia/Taipei", "zone-taipei"),
    ("Asia/Singapore", "zone-singapore"),
    ("Asia/Kuala_Lumpur", "zone-kuala-lumpur"),
    ("Asia/Kuching", "zone-kuching"),
    ("Asia/Brunei", "zone-brunei"),
    ("Asia/Manila", "zone-manila"),
    ("Asia/Jakarta", "zone-jakarta"),
    ("Asia/Makassar", "zone-makassar"),
    ("Asia/Bangkok", "zone-bangkok"),
    ("Asia/Ho_Chi_Minh", "zone-ho-chi-minh"),
    ("Asia/Phnom_Penh", "zone-phnom-penh"),
    ("Asia/Vientiane", "zone-vientiane"),
    ("Asia/Yangon", "zone-yangon"),
    ("Asia/Kolkata", "zone-kolkata"),
    ("Asia/Dubai", "zone-dubai"),
    ("Asia/Tokyo", "zone-tokyo"),
    ("Asia/Seoul", "zone-seoul"),
    ("Australia/Sydney", "zone-sydney"),
    ("Australia/Melbourne", "zone-melbourne"),
    ("Australia/Brisbane", "zone-brisbane"),
    ("Australia/Adelaide", "zone-adelaide"),
    ("Australia/Perth", "zone-perth"),
    ("Pacific/Auckland", "zone-auckland"),
    ("Pacific/Fiji", "zone-fiji"),
    ("Pacific/Tahiti", "zone-tahiti"),
    ("Pacific/Honolulu", "zone-honolulu"),
    ("America/Vancouver", "zone-vancouver"),
    ("America/Los_Angeles", "zone-los-angeles"),
    ("America/Chicago", "zone-chicago"),
    ("America/Toronto", "zone-toronto"),
    ("America/New_York", "zone-new-york"),
    ("America/Mexico_City", "zone-mexico-city"),
    ("America/Havana", "zone-havana"),
    ("America/Panama", "zone-panama"),
    ("America/Lima", "zone-lima"),
    ("America/Sao_Paulo", "zone-sao-paulo"),
    ("Europe/London", "zone-london"),
    ("Europe/Amsterdam", "zone-amsterdam"),
    ("Europe/Paris", "zone-paris"),
    ("Europe/Berlin", "zone-berlin"),
    ("Africa/Johannesburg", "zone-johannesburg"),
    ("Indian/Mauritius", "zone-mauritius"),
    ("UTC", "zone-utc"),
];

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its IANA name.
    pub name: String,
    /// City and offset.
    pub label: String,
}

impl Page {
    /// The zones on offer, with the present one if that is none of them.
    pub fn zones(&self, present: &str) -> Vec<Choice> {
        let now = Timestamp::from_microsecond(self.ctx.now()).unwrap_or_default();
        let known = ZONES.iter().map(|(name, key)| choice(name, self.t(key), now));
        let other = !present.is_empty() && ZONES.iter().all(|(name, _)| *name != present);
        known.chain(other.then(|| choice(present, present, now))).collect()
    }

    /// All languages that there are, whether or not the hall offers them.
    pub fn all_languages(&self) -> [Language; 3] {
        Language::ALL
    }
}

fn choice(name: &str, city: &str, now: Timestamp) -> Choice {
    let offset = TimeZone::get(name).map_or(0, |zone| zone.to_offset(now).seconds() / 60);
    let (sign, minutes) = if offset < 0 { ('−', -offset) } else { ('+', offset) };
    Choice { name: name.to_owned(), label: format!("{city} {sign}{:02}:{:02}", minutes / 60, minutes % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_exists_and_stands_once() {
        let names: std::collections::BTreeSet<_> = ZONES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), ZONES.len());
        for name in names {
            assert!(TimeZone::get(name).is_ok(), "{name}");
        }
        let winter = "2026-01-15T00:00:00Z".parse().unwrap();
        assert_eq!(choice("America/New_York", "New York", winter).label, "New York −05:00");
        assert_eq!(choice("Asia/Kolkata", "Kolkata", winter).label, "Kolkata +05:30");
    }
}
