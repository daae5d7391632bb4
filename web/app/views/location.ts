import { cancel, show } from "../dialog";
import { h } from "../dom";
import { t } from "../i18n";
import type { Body } from "../types";

/** Asks where: the device's position if it may be known, else, or corrected by hand, two numbers and a name. */
export async function askLocation(): Promise<Body | null> {
  const latitude = degrees("latitude", 90);
  const longitude = degrees("longitude", 180);
  const label = h("input", { class: "input", id: "label", maxlength: 100, autocomplete: "off" });
  const state = h("p", { class: "hint", role: "status" }, t.locationFinding);
  const form = h("form", { method: "dialog", class: "form" }, state,
    h("div", { class: "field-row" }, field("latitude", t.latitude, latitude), field("longitude", t.longitude, longitude)),
    field("label", t.label, label),
    h("div", { class: "actions" },
      cancel(),
      h("button", { class: "button is-primary", value: "yes" }, t.send)));
  locate((position) => {
    if (!position) return void (state.textContent = t.locationFailed);
    state.textContent = t.locationFound;
    latitude.value = position.latitude.toFixed(6);
    longitude.value = position.longitude.toFixed(6);
  });
  if ((await show(t.locationTitle, [form])) !== "yes") return null;
  return { type: "location", latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber, scale: 16, label: label.value.trim() };
}

function degrees(id: string, limit: number): HTMLInputElement {
  return h("input", { class: "input", id, type: "number", step: "any", min: -limit, max: limit, required: true, inputmode: "text" });
}

function field(id: string, text: string, input: HTMLElement): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: id }, text), input);
}

function locate(then: (position: GeolocationCoordinates | null) => void): void {
  if (!("geolocation" in navigator)) return then(null);
  navigator.geolocation.getCurrentPosition(
    (found) => then(found.coords),
    () => then(null),
    { enableHighAccuracy: true, timeout: 8000, maximumAge: 60_000 },
  );
}
