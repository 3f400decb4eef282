import { EventEmitter } from 'node:events';
import type { StandInMenu } from './menu.ts';
import type { StandInImage } from './native-image.ts';
import { registry } from './registry.ts';

export class StandInTray extends EventEmitter {
  image: StandInImage;
  toolTip = '';
  menu: StandInMenu | null = null;

  constructor(image: StandInImage) {
    super();
    this.image = image;
    registry.trays.push(this);
  }

  setImage(image: StandInImage): void {
    this.image = image;
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  setContextMenu(menu: StandInMenu | null): void {
    this.menu = menu;
  }
}
