/** Whether a dialog or a question would be seen. */
export function canAsk(
  env: Readonly<Record<string, string | undefined>>,
  hasTerminal: boolean,
): boolean {
  return (
    hasTerminal || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => (name ?? '') !== '')
  );
}
