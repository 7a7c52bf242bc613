/** The standard cells of an open technology. */
export interface CellTechnology {
  readonly name: string;
  /** Files of standard cells, without `.gz`, in a folder of the technology's name. */
  readonly files: readonly string[];
}

const asap7 = ['AO_RVT_TT_nldm_211120', 'INVBUF_RVT_TT_nldm_220122', 'OA_RVT_TT_nldm_211120'];
const asap7More = ['SIMPLE_RVT_TT_nldm_211120', 'SEQ_RVT_TT_nldm_220123'];

export const cellTechnologies: readonly CellTechnology[] = [
  {
    name: 'sky130hd',
    files: ['sky130hd_tt.lib'],
  },
  {
    name: 'asap7',
    files: [...asap7, ...asap7More].map((name) => `asap7sc7p5t_${name}.lib`),
  },
  {
    name: 'ihp-sg13g2',
    files: ['sg13g2_stdcell_typ_1p20V_25C.lib'],
  },
  { name: 'gt2n', files: ['gt2_6t_w13_svt_tt_0p7v25c.lib'] },
];

export function cellTechnology(name: string): CellTechnology {
  return cellTechnologies.find((technology) => technology.name === name)!;
}
