/**
 * What a load run leaves to people: one HTML page with plots, and the same as JSON. Comes in: results as plain records.
 * Goes out: files. How the numbers came about is not known here.
 */
package sfu.load.report;
