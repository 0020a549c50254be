//! The tests of the whole product are in `tests/it`; this library is empty.
