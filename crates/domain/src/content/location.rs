use serde::{Deserialize, Serialize};

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Missing in rows of the first release, and in messages whose coordinates make no sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The sender shares where they are while they move; this is where they were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
}

/// A point on Earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Degrees")]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

// Values are finite: the constructor lets nothing else in.
impl Eq for Coordinates {}

#[derive(Deserialize)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

/// No point on Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCoordinates {
    #[error("latitude must be between -90 and 90")]
    Latitude,
    #[error("longitude must be between -180 and 180")]
    Longitude,
}

impl Coordinates {
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, InvalidCoordinates> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(InvalidCoordinates::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(InvalidCoordinates::Longitude);
        }
        Ok(Self { latitude, longitude })
    }

    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}

impl TryFrom<Degrees> for Coordinates {
    type Error = InvalidCoordinates;

    fn try_from(degrees: Degrees) -> Result<Self, InvalidCoordinates> {
        Self::new(degrees.latitude, degrees.longitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_points_on_earth() {
        assert!(Coordinates::new(-90.0, 180.0).is_ok());
        assert_eq!(Coordinates::new(90.1, 0.0), Err(InvalidCoordinates::Latitude));
        assert_eq!(Coordinates::new(f64::NAN, 0.0), Err(InvalidCoordinates::Latitude));
        assert_eq!(
            Coordinates::new(0.0, f64::INFINITY),
            Err(InvalidCoordinates::Longitude)
        );
    }
}
