//! Where and how one may look or touch: HookPoint, Edit, Hooks.
