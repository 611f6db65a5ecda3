"""Pixel solvers, on what render.ts wrote: python3 pixels.py OUT {tesseract|mlp|grid|columns|anywhere} [CPU seconds]

tesseract  reads each of the last 500 pictures, three times enlarged
mlp        cuts the picture where columns are empty (else evenly), one hidden layer per letter
grid       a small CNN, its last features flattened into one dense layer
columns    a CNN whose letters share one classifier, each letter looking for its own column
anywhere   the same, but a letter looks for its place in both directions: what reads best

All but the last 500 pictures are labels. One thread; the time is CPU time of the training alone.
Debian: apt-get install tesseract-ocr python3-torch
"""
import subprocess
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

OUT, SOLVER = sys.argv[1], sys.argv[2]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 180
TESTS, BATCH, RATE = 500, 64, 2e-3
torch.set_num_threads(1)
torch.set_flush_denormal(True)
torch.manual_seed(1)
np.random.seed(1)

pixels = np.fromfile(OUT + '.bin', dtype=np.uint8).reshape(-1, 75, 200)
texts = open(OUT + '.txt').read().split('\n')
alphabet = sorted(set(''.join(texts)))
labels = torch.tensor([[alphabet.index(c) for c in text] for text in texts])


def report(right):
    """right: tests by letters, true where the letter was read."""
    print(f'{OUT} {SOLVER}: letters {right.mean():.3f}, whole {right.all(1).mean():.3f}', flush=True)


def tesseract():
    right = []
    for picture, text in zip(pixels[-TESTS:], texts[-TESTS:]):
        big = (255 - picture).repeat(3, 0).repeat(3, 1)
        image = b'P5 600 225 255\n' + big.tobytes()
        command = ['tesseract', '-', '-', '--psm', '8', '-c', 'tessedit_char_whitelist=' + ''.join(alphabet)]
        read = subprocess.run(command, input=image, capture_output=True).stdout.decode().strip()
        right.append([read[i:i + 1] == c for i, c in enumerate(text)])
    report(np.array(right))


def train(net, inputs, targets, jitter):
    """AdamW, the rate warmed up and let down to nothing over the time there is."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-2)
    start, epochs = time.process_time(), 0
    while True:
        order = torch.randperm(len(inputs))
        for i in range(0, len(inputs) - BATCH + 1, BATCH):
            done = (time.process_time() - start) / SECONDS
            if done >= 1:
                print('epochs', epochs)
                return
            optimiser.param_groups[0]['lr'] = RATE * min(1, done * 20) * (1 - done) + 1e-5
            batch = inputs[order[i:i + BATCH]]
            if jitter:
                shift = (np.random.randint(-2, 3), np.random.randint(-3, 4))
                batch = torch.roll(batch, shift, (2, 3))
            scores = net(batch).reshape(-1, len(alphabet))
            loss = F.cross_entropy(scores, targets[order[i:i + BATCH]].reshape(-1))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        epochs += 1


def answers(net, inputs):
    net.eval()
    with torch.no_grad():
        return torch.cat([net(part).argmax(-1) for part in inputs.split(100)])


def block(before, after, **options):
    return [nn.Conv2d(before, after, bias=False, **options), nn.BatchNorm2d(after), nn.ReLU()]


def features():
    """From 100 by 38 pixels to 12 by 4 places."""
    return nn.Sequential(
        *block(1, 16, kernel_size=5, stride=2, padding=2),
        *block(16, 32, kernel_size=3, padding=1), nn.MaxPool2d(2),
        *block(32, 64, kernel_size=3, padding=1), nn.MaxPool2d(2))


class Grid(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            features(), nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 4 * 12, 256), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(256, 4 * len(alphabet)))

    def forward(self, pictures):
        return self.net(pictures).view(-1, 4, len(alphabet))


class Search(nn.Module):
    """Each letter weighs the places by what it sees there and by where it is usually; one classifier reads them all."""

    def __init__(self, see, rows, look):
        super().__init__()
        self.see = nn.Sequential(features(), *see, nn.Dropout(0.2))
        self.classify = nn.Conv2d(128, len(alphabet), 1)
        self.look = nn.Conv2d(128, 4, look, padding='same')
        usual = torch.tensor([1.8, 4.3, 6.9, 9.4])[:, None, None]
        self.place = nn.Parameter((-0.15 * (torch.arange(12) - usual) ** 2).repeat(1, rows, 1))

    def forward(self, pictures):
        seen = self.see(pictures)
        where = torch.softmax((self.look(seen) + self.place).flatten(2), 2)
        return torch.einsum('bkp,bsp->bsk', self.classify(seen).flatten(2), where)


def columns():
    return Search(block(64, 128, kernel_size=(4, 3), padding=(0, 1)), rows=1, look=(1, 5))


def anywhere():
    see = block(64, 128, kernel_size=3, padding=1) + block(128, 128, kernel_size=3, padding=1)
    return Search(see, rows=4, look=(3, 5))


def cnn(net):
    inputs = F.avg_pool2d(F.pad(torch.tensor(pixels, dtype=torch.float32)[:, None] / 255, (0, 0, 0, 1)), 2)
    train(net, inputs[:-TESTS], labels[:-TESTS], jitter=True)
    report((answers(net, inputs[-TESTS:]) == labels[-TESTS:]).numpy())


def cut(picture):
    """Four letters of 20 by 20: between empty columns if that makes four, else evenly over the ink."""
    inked = np.flatnonzero((picture > 96).sum(0) > 1)
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    runs = [run for run in runs if len(run) > 6]
    if len(runs) != 4:
        runs = np.array_split(np.arange(inked[0], inked[-1] + 1), 4)
    letters = []
    for run in runs:
        letter = torch.tensor(picture[:, run[0]:run[-1] + 1], dtype=torch.float32)[None, None] / 255
        letters.append(F.interpolate(letter, (20, 20), mode='area').flatten())
    return torch.stack(letters)


def mlp():
    inputs = torch.stack([cut(picture) for picture in pixels])
    net = nn.Sequential(nn.Linear(400, 256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, len(alphabet)))
    train(net, inputs[:-TESTS], labels[:-TESTS], jitter=False)
    report((answers(net, inputs[-TESTS:]) == labels[-TESTS:]).numpy())


{
    'tesseract': tesseract,
    'mlp': mlp,
    'grid': lambda: cnn(Grid()),
    'columns': lambda: cnn(columns()),
    'anywhere': lambda: cnn(anywhere()),
}[SOLVER]()
