//! Later.
use super::Result;
use super::table::Table;
pub(crate) fn measure(_: &mut Table) -> Result<()> {
    Ok(())
}
