"""Japanese text and the words that people read: decoding, folding, dates, tables, messages."""
