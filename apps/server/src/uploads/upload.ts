/** One file, as far as it has come. */
export interface Upload {
  /** 128 random bits in hexadecimal: who knows it may use it. */
  readonly id: string;
  readonly name: string;
  /** The caller who made it; empty where nobody has to say who they are. */
  readonly owner: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** On the disk for good up to here. */
  readonly committedBytes: number;
  readonly maxPieceBytes: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly finished: boolean;
}

/** An upload to be read, perhaps while it grows. */
export interface UploadReader {
  readonly name: string;
  /** The file. Only what is committed may be read. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly committedBytes: number;
  /** Whether the last byte is there. */
  readonly complete: boolean;
  /** Aborts when the upload is deleted or expires, with an UploadError. */
  readonly gone: AbortSignal;
  /** Resolves when more was committed. */
  grown(): Promise<void>;
  /** Puts the expiry off: somebody makes use of it. */
  touch(): void;
}

export interface NewUpload {
  readonly name: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Nobody in particular when absent. */
  readonly owner?: string;
  /** How many uploads that owner may have; without, as many as there may be. */
  readonly maxOwned?: number | undefined;
  /** How many bytes these may have together, as announced; without, as many as there may be. */
  readonly maxOwnedBytes?: number | undefined;
}
