"""The council paper (Sitzungsvorlage) as a Word document."""
