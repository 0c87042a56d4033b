"""The values that pass between the rooms: frozen structs without behaviour."""
