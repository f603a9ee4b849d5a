"""What leaves the house: files are checked for viruses (仕様書 §8(1)) and sent by mail."""
