//! Desired state, plan, apply: one file per kind of resource.
