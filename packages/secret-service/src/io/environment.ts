// The environment variables that this room reads: all of them, and only here.

/**
 * Whether a dialog could be shown to the user: an X11 or Wayland display is named.
 * It is the caller's display; the daemon's own may differ, and a daemon tells nobody.
 */
export function hasDisplay(): boolean {
  return isSet(process.env['DISPLAY']) || isSet(process.env['WAYLAND_DISPLAY']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
