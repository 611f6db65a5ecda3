#!/usr/bin/env bash
# Speaks the ten digits in every voice of the audio captcha into public/audio/<language>-<n>.wav. Needs espeak-ng and
# sox (`apt-get install espeak-ng sox`); the files are committed, so only a change of voices needs this.
# Each file holds ten clips of 0.7 s, 8 kHz, 8 bit, mono: the clip of digit d begins at d × 0.7 s.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p public/audio
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The telephone's reading: yao for one, which nobody takes for qi, seven.
zh=(ling2 yao1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3)
en=(zero one two three four five six seven eight nine)

speak() { # language, number, espeak voice, words a minute, pitch; then the words
  local language=$1 number=$2 voice=$3 speed=$4 pitch=$5 digit=0
  shift 5
  for word in "$@"; do
    espeak-ng -v "$voice" -s "$speed" -p "$pitch" -w "$work/word.wav" "$word"
    sox "$work/word.wav" -r 8000 -c 1 "$work/short.wav" \
      silence 1 0.005 1% reverse silence 1 0.005 1% reverse norm -2
    sox "$work/short.wav" -b 8 -e unsigned "$work/$digit.wav" pad 0 0.7 trim 0 0.7
    digit=$((digit + 1))
  done
  sox "$work"/[0-9].wav "public/audio/$language-$number.wav"
  echo "public/audio/$language-$number.wav"
}

speak zh 1 cmn-latn-pinyin 120 45 "${zh[@]}"
speak zh 2 cmn-latn-pinyin+f2 130 60 "${zh[@]}"
speak zh 3 cmn-latn-pinyin+m3 125 35 "${zh[@]}"
speak en 1 en-us 130 45 "${en[@]}"
speak en 2 en-gb+f2 140 60 "${en[@]}"
speak en 3 en-gb-scotland+m3 135 35 "${en[@]}"
