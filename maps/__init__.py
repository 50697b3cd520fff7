"""A county and a plan drawn for the screen; ``maps.paper`` draws them for print."""
