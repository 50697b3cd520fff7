"""A county and a plan drawn for print: SVG and PNG with legend, hatching, scale and north arrow."""
