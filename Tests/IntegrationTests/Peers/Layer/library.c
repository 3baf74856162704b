// The shared library of a layer: function.c asks it who it is.
const char *layer_greeting(void) { return "hello from the layer's library"; }
