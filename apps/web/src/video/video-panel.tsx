'use client';

import type { PanelProps } from '../shell/panel-props.ts';

/** Videos are at home here. */
export function VideoPanel({ model }: PanelProps) {
  return <p>{model ? `Videos will be searched by ${model.name}.` : 'Videos need the server.'}</p>;
}
