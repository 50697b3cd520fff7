"""One decision over the plans of all layers (model: "Layers")."""
