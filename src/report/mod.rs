//! The weekly breach report, as text and HTML.
