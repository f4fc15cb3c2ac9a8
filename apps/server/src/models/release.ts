/** One file of the official release. */
export interface ReleaseFile {
  readonly fileName: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Where the official YOLOv5 v7.0 files are. */
export const RELEASE_URL = 'https://github.com/ultralytics/yolov5/releases/download/v7.0/';

/** The detection checkpoints of YOLOv5 v7.0 by model name, smallest first; those that end in 6 see 1280 px. */
export const RELEASE: ReadonlyMap<string, ReleaseFile> = new Map(
  (
    [
      ['yolov5n', 4062133, '4f180cf23ba0717ada0badd6c685026d73d48f184d00fc159c2641284b2ac0a3'],
      ['yolov5s', 14808437, '8b3b748c1e592ddd8868022e8732fde20025197328490623cc16c6f24d0782ee'],
      ['yolov5m', 42806829, '61d933360ba5a7733a36764996c800287d973889d875227f5beedd2473a97a56'],
      ['yolov5l', 93622629, '2f603b7354c25454d1270663a14d8ddc1eea98e5eebc1d84ce0c6e3150fa155f'],
      ['yolov5x', 174114333, '9f27a794fa0308e2606f90565164571d6f0a0ba18a3ce2e5e5d323b71c157859'],
      ['yolov5n6', 7190229, '496c05a2b991da15acc6c4408c63da287f2513a46c6756618776d4dd71170781'],
      ['yolov5s6', 25978837, '95bda9019ada63f37338308d0c81a66047a6fbaba061abaff271ba9334cf2a6f'],
      ['yolov5m6', 72308357, '7afe7fa0f29a8351467200a2a5a33c7996d1155ed6636c7edd8ca70b14951c64'],
      ['yolov5l6', 154521589, 'b357b77f646b0190912985937c44e2923441369d5fda69ba86da2aa919212618'],
      ['yolov5x6', 282720357, '257c991b216d625427dc4d9c7c76d6c6d93cf3732797538da34bdc02f97bfef0'],
    ] as const
  ).map(([name, bytes, sha256]) => [name, { fileName: `${name}.pt`, bytes, sha256 }]),
);
