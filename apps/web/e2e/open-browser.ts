// Starts the browser of the tests and closes it again; fails where there is none that starts.
import { chromium } from '@playwright/test';
import config from '../playwright.config.ts';

const browser = await chromium.launch(config.use?.launchOptions);
await browser.close();
