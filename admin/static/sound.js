// Two soft tones when somebody in danger waits, made here: nothing is fetched. A browser lets a page sound only after it
// was touched. Whether there is a sound is all that the console keeps in a browser.

let sounding = null;

export const wantsSound = () => localStorage.getItem("sound") !== "off";

export function wantSound(wanted) {
  localStorage.setItem("sound", wanted ? "on" : "off");
  sound();
}

export function sound() {
  if (!wantsSound()) return;
  sounding ??= new AudioContext();
  sounding.resume();
  [880, 660].forEach((pitch, n) => {
    const at = sounding.currentTime + n * 0.25;
    const tone = sounding.createOscillator();
    const volume = sounding.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.2, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
    tone.connect(volume).connect(sounding.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  });
}
