//! The model graph: what is built, what passes do to it, how it is drawn.
