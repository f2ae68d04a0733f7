"""What other programs make of sounds: files as libsndfile writes them, their samples at other rates as torchaudio has them, and mel spectrograms as librosa has them.

    python scripts/sound_reference.py

Needs numpy, soundfile, torch, torchaudio and librosa. Writes `crates/sound/tests/files/` and `crates/sound/tests/figures.txt`, a line for each figure: which, of what, and numbers.
"""

import pathlib

import librosa
import numpy
import soundfile
import torch
import torchaudio

folder = pathlib.Path(__file__).parent.parent / "crates" / "sound" / "tests"
files = folder / "files"
files.mkdir(exist_ok=True)

RATE = 22050
draws = numpy.random.default_rng(3)
time = numpy.arange(RATE // 9) / RATE
tone = 0.4 * numpy.sin(2 * numpy.pi * 440 * time) + 0.2 * numpy.sin(2 * numpy.pi * (300 + 9000 * time) * time)
tone += 0.02 * draws.standard_normal(len(time))
both = numpy.stack([tone, 0.5 * numpy.roll(tone, 7)], 1)
for name, sound, written, depth in [
    ("bytes.wav", both, "WAV", "PCM_U8"),
    ("two.wav", both, "WAV", "PCM_16"),
    ("one.wav", tone, "WAV", "PCM_16"),
    ("three.wav", tone, "WAV", "PCM_24"),
    ("four.wav", tone, "WAV", "PCM_32"),
    ("floats.wav", both, "WAV", "FLOAT"),
    ("law.wav", tone, "WAV", "ULAW"),
    ("two.aiff", both, "AIFF", "PCM_16"),
    ("three.aiff", tone, "AIFF", "PCM_24"),
    ("two.flac", both, "FLAC", "PCM_16"),
    ("three.flac", tone, "FLAC", "PCM_24"),
    ("two.ogg", both, "OGG", "VORBIS"),
    ("two.mp3", both, "MP3", "MPEG_LAYER_III"),
]:
    soundfile.write(files / name, sound, RATE, format=written, subtype=depth)

lines = []


def line(*words, numbers):
    lines.append(" ".join([str(word) for word in words] + [repr(float(f"{number:.9g}")) for number in numbers]))


def resampled(name, rate):
    sound, own = soundfile.read(files / name, dtype="float32", always_2d=True)
    mean = torch.tensor(sound.mean(1), dtype=torch.float64)
    return torchaudio.functional.resample(mean, own, rate).numpy()


# Every 37th sample.
for path in sorted(files.iterdir()):
    sound = resampled(path.name, 16000)
    line("samples", path.name, 16000, len(sound), numbers=sound[::37])
for rate in [4000, 8000, 22050, 22051, 44100]:
    sound = resampled("two.wav", rate)
    line("samples", "two.wav", rate, len(sound), numbers=sound[::37])

# Window, hop, size of the spectrum, bands, lowest and highest frequency, scale; every 11th number, frame after frame.
for rate, window, hop, size, bands, low, high, scale in [
    (16000, 400, 160, 512, 64, 0, 8000, "slaney"),
    (16000, 400, 160, 512, 40, 80, 7600, "htk"),
    (8000, 200, 80, 256, 40, 0, 4000, "slaney"),
    (16000, 512, 128, 512, 80, 0, 8000, "slaney"),
]:
    sound = resampled("two.wav", rate).astype(numpy.float32).astype(numpy.float64)
    asked = dict(n_fft=size, win_length=window, hop_length=hop, n_mels=bands, fmin=low, fmax=high, htk=scale == "htk")
    power = librosa.feature.melspectrogram(y=sound, sr=rate, **asked)
    mel = numpy.log(numpy.maximum(1e-10, power)).T
    line("mel", rate, window, hop, size, bands, low, high, scale, len(mel), numbers=mel.reshape(-1)[::11])
    edges = librosa.mel_frequencies(bands + 2, fmin=low, fmax=high, htk=scale == "htk")
    line("edges", bands, low, high, scale, numbers=edges)

(folder / "figures.txt").write_text("\n".join(lines) + "\n")
