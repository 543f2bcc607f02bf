//! What commands show: serialisable structs with their text forms.
