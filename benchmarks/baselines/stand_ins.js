// folium's popups ask jQuery for one thing: an element from its HTML. This does that and weighs nothing.
window.$ = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return [holder.content.firstElementChild];
};
// Leaflet guesses where its pictures are from a style sheet that may not be there yet.
L.Icon.Default.imagePath = "/assets/leaflet/images/";
