// Tells the server at sign-in which time zone the browser is in.
export function fillZones(): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-zone]")) field.value = timeZone ?? "";
}
