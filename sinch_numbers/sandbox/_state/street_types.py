"""
Street types and directions, and the abbreviations that postal services prescribe.

The abbreviations, with the spellings they replace, are those of the United States Postal Service
(Publication 28, appendix C1). They apply to Canada as well, which adds more types, and French ones
in front of the name.
"""

__all__ = ["CANADIAN_TYPES", "DIRECTIONS", "FRENCH_DIRECTIONS", "FRENCH_TYPES", "STREET_TYPES"]

_USPS = """
Aly allee alley ally; Anx anex annex annx; Arc arcade; Ave av aven avenu avenue avn avnue
Byu bayoo bayou; Bch beach; Bnd bend; Blf bluf bluff; Blfs bluffs; Btm bot bottm bottom
Blvd boul boulevard boulv; Br branch brnch; Brg brdge bridge; Brk brook; Brks brooks; Bg burg
Bgs burgs; Byp bypa bypas bypass byps; Cp camp cmp; Cyn canyn canyon cnyn; Cpe cape
Cswy causeway causwa; Ctr cen cent center centr centre cnter cntr; Ctrs centers centres
Cir circ circl circle crcl crcle; Cirs circles; Clf cliff; Clfs cliffs; Clb club; Cmn common
Cmns commons; Cor corner; Cors corners; Crse course; Ct court; Cts courts; Cv cove; Cvs coves
Crk creek; Cres crescent crsent crsnt; Crst crest; Xing crossing crssng; Xrd crossroad
Xrds crossroads; Curv curve; Dl dale; Dm dam; Dv div divide dvd; Dr driv drive drv; Drs drives
Est estate; Ests estates; Expy exp expr express expressway expw; Ext extension extn extnsn
Exts extensions; Fall; Fls falls; Fry ferry frry; Fld field; Flds fields; Flt flat; Flts flats
Frd ford; Frds fords; Frst forest forests; Frg forg forge; Frgs forges; Frk fork; Frks forks
Ft fort frt; Fwy freeway freewy frway frwy; Gdn garden gardn grden grdn; Gdns gardens grdns
Gtwy gateway gatewy gatway gtway; Gln glen; Glns glens; Grn green; Grns greens; Grv grov grove
Grvs groves; Hbr harb harbor harbour harbr hrbor; Hbrs harbors harbours; Hvn haven
Hts heights ht; Hwy highway highwy hiway hiwy hway; Hl hill; Hls hills
Holw hllw hollow hollows holws; Inlt inlet; Is island islnd; Iss islands islnds; Isle isles
Jct jction jctn junction junctn juncton; Jcts jctns junctions; Ky key; Kys keys; Knl knol knoll
Knls knolls; Lk lake; Lks lakes; Land; Lndg landing lndng; Ln lane lanes; Lgt light; Lgts lights
Lf loaf; Lck lock; Lcks locks; Ldg ldge lodg lodge; Loop loops; Mall; Mnr manor; Mnrs manors
Mdw meadow; Mdws meadows medows; Mews; Ml mill; Mls mills; Msn mission missn mssn; Mtwy motorway
Mt mnt mount; Mtn mntain mntn mountain mountin mtin; Mtns mntns mountains; Nck neck
Orch orchard orchrd; Oval ovl; Opas overpass; Park parks prk; Pkwy parkway parkways parkwy pkway
Pkwy pkwys pky; Pass; Psge passage; Path paths; Pike pikes; Pne pine; Pnes pines; Pl place
Pln plain; Plns plains; Plz plaza plza; Pt point; Pts points; Prt port; Prts ports
Pr prairie prr; Radl rad radial radiel; Ramp; Rnch ranch ranches rnchs; Rpd rapid; Rpds rapids
Rst rest; Rdg rdge ridge; Rdgs ridges; Riv river rivr rvr; Rd road; Rds roads; Rte route; Row
Rue; Run; Shl shoal; Shls shoals; Shr shoar shore; Shrs shoars shores; Skwy skyway
Spg spng spring sprng; Spgs spngs springs sprngs; Spur spurs; Sq sqr sqre squ square
Sqs sqrs squares; Sta station statn stn; Stra strav straven stravenue stravn strvn strvnue
Strm stream streme; St str street strt; Sts streets; Smt sumit sumitt summit; Ter terr terrace
Trwy throughway; Trce trace traces; Trak track tracks trk trks; Trfy trafficway
Trl trail trails trls; Trlr trailer trlrs; Tunl tunel tunls tunnel tunnels tunnl
Tpke trnpk turnpike turnpk; Upas underpass; Un union; Uns unions; Vly valley vally vlly
Vlys valleys; Via vdct viadct viaduct; Vw view; Vws views; Vlg vill villag village villg villiage
Vlgs villages; Vl ville; Vis vist vista vst vsta; Walk walks; Wall; Way wy; Ways; Wl well
Wls wells
"""

_CANADIAN = """
Abbey; Acres; Bay; Byway; Campus; Chase; Circt circuit; Close; Conc concession; Crt
CDS cul-de-sac; Dell; Divers diversion; Downs; End; Espl esplanade; Farm; Front; Gate; Glade
Grnds grounds; Heath; Hghlds highlands; Landng; Line; Link; Lkout lookout; Lmts limits; Maze
Moor; Parade; Ptway pathway; Plat plateau; Prom promenade; Pvt private; Quay; Rg range; Rise
Subdiv subdivision; Thick thicket; Tline townline; Towers; Trnabt turnabout; Vale; Villas; Wharf
Wood; Wynd
"""

_FRENCH = """
Allée allee; Aut autoroute; Av avenue; Boul boulevard boulv; Car carré carre; Carref carrefour
Cercle; Ch chemin; Côte cote; Cour; Cours; Crois croissant; Éch échangeur echangeur
Imp impasse; Île ile; Montée montee; Parc; Pass passage; Place; Pointe; Prom promenade; Quai
Rang; Rdpt rond-point; Rte route; Rue; Rle ruelle; Sent sentier; Tsse terrasse; Voie
"""

_DIRECTIONS = """
N north no; S south so; E east; W west; NE northeast north-east; NW northwest north-west
SE southeast south-east; SW southwest south-west
"""

_FRENCH_DIRECTIONS = """
N nord; S sud; E est; O ouest; NE nord-est; NO nord-ouest; SE sud-est; SO sud-ouest
"""


def _table(text: str) -> dict[str, str]:
    """Map each spelling in lower case, and the abbreviation itself, to the abbreviation."""
    table: dict[str, str] = {}
    for entry in text.replace("\n", ";").split(";"):
        abbreviation, *spellings = entry.split() or [""]
        table |= dict.fromkeys([abbreviation.lower(), *spellings], abbreviation)
    table.pop("", None)
    return table


STREET_TYPES = _table(_USPS)
CANADIAN_TYPES = STREET_TYPES | _table(_CANADIAN)
FRENCH_TYPES = _table(_FRENCH)
"""Types that stand in front of the name."""
DIRECTIONS = _table(_DIRECTIONS)
FRENCH_DIRECTIONS = _table(_FRENCH_DIRECTIONS)
