"""The pure floor: values in, values out; no Django, no clock, no dice, no I/O beyond data bundled in wheels."""
