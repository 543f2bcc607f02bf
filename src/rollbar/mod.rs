//! Rollbar's words, pure: items, scrubbing, links.
