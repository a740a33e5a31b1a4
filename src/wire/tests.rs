//! Documents as other software sends them, and documents as nobody should.
