/**
 * What people choose when a long password is asked for, from the public lists of leaked passwords and their
 * patterns (NIST SP 800-63B-4, section 3.1.1.2: compare with a block list). All in the form of `plainForm()` of
 * passwords.ts: small letters and digits, nothing else.
 */

/** Words that carry no secret: a password made of one or two of them, with digits and signs around, is refused. */
export const commonWords: readonly string[] = `
	password passwort contrasena contrasenia senha passphrase passcode passwd secret secreto segredo private
	welcome welcomeback bienvenido bienvenidos bemvindo login logon signin account administrator administrador admin
	root superuser manager default changeme changethis letmein letmeinnow openup opensesame trustme trustno access
	master guest user username test testing tester temp temporary temporal computer internet website server system
	network windows microsoft google facebook instagram youtube twitter tiktok snapchat whatsapp netflix amazon
	apple iphone samsung android minecraft fortnite roblox pokemon playstation xbox nintendo mario zelda
	school schools myschool highschool middleschool elementary classroom class teacher teachers principal student
	students library education district superintendent homework graduation college university learning training
	escuela colegio maestro maestra profesor profesora estudiante escola professora aluno educacao educacion
	summer winter spring autumn verano invierno primavera otono verao inverno outono
	january february march april june july august september october november december
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
	janeiro fevereiro maio junho julho setembro outubro novembro dezembro
	monday tuesday wednesday thursday friday saturday sunday today tomorrow forever always
	football baseball basketball soccer hockey softball lacrosse futbol futebol champion champions winner
	patriots redsox celtics bruins yankees steelers cowboys packers eagles giants lakers liverpool barcelona
	realmadrid flamengo corinthians palmeiras boston massachusetts worcester newengland america
	michael jennifer jessica ashley matthew daniel charlie jordan thomas hunter robert andrew joshua nicole amanda
	george maggie harley ginger buster bailey sophie chelsea oliver william elizabeth alexander
	iloveyou iloveyousomuch ilovemyfamily ilovemykids ilovegod ilovejesus loveyou mylove lovelove teamo tequiero
	teamomucho euteamo amor amormio amorzinho princess princesa prince angel angels sunshine rainbow butterfly
	flower flowers chocolate cookie cheese pepper banana orange strawberry purple yellow silver golden diamond
	dragon monkey shadow tigger tiger panther lion wolf eagle falcon phoenix unicorn dolphin kitten kitty puppy
	superman batman spiderman ironman starwars startrek harrypotter gandalf pikachu naruto matrix freedom liberty
	family familia mother father mommy daddy mama papa brother sister friend friends friendship bestfriend
	jesus jesuschrist godisgood godislove blessed blessing faith dios deus heaven christmas navidad natal happy
	happiness lovely beautiful awesome amazing fantastic hello helloworld goodmorning goodbye whatever nothing
	something anything everything incorrect correct wrong mypassword newpassword thisismypassword yourpassword
	ourpassword notapassword nopassword passwordispassword thepassword strongpassword securepassword goodpassword
	supersecret topsecret secretpassword mysecret qwerty qwertz azerty asdf asdfgh zxcvbn qazwsx
`
	.trim()
	.split(/\s+/);

/** Long passwords that are on every list as they are. */
export const commonPasswords: ReadonlySet<string> = new Set(
	`
	correcthorsebatterystaple correcthorsebattery horsebatterystaple tobeornottobe tobeornottobethatisthequestion
	maytheforcebewithyou theforceiswithyou thequickbrownfox thequickbrownfoxjumps
	thequickbrownfoxjumpsoverthelazydog loremipsumdolor loremipsumdolorsitamet onceuponatime abracadabraabracadabra
	supercalifragilistic supercalifragilisticexpialidocious heyhoheyholetsgo iamthewalrus whatisthepassword
	ihavenopassword idonthaveapassword idontknowmypassword iforgotmypassword icantremember icantrememberit
	icantremembermypassword thisisapassword thisisnotapassword thisisasecret thisismysecret thisisatest
	thisisthepassword thisismynewpassword mypasswordispassword thepasswordispassword mynameisearl hellomynameis
	iamthebestteacher iloveteaching ilovemystudents ilovemyschool ilovemyjob ihatemyjob ihatepasswords
	ihatethispassword ihatecomputers iloveyouforever iloveyouverymuch iloveyoumorethananything iloveyoutothemoon
	iloveyoutothemoonandback iloveyoubabygirl iloveyoubaby iwillalwaysloveyou ilovemymomanddad ilovemyhusband
	ilovemywife ilovemydaughter ilovemyson ilovemyboyfriend ilovemygirlfriend ilovemydog ilovemycat
	jesusismylord jesuslovesme jesusismysavior godblessyou godblessamerica godisgoodallthetime inGodwetrust
	letmeinletmein letmeinplease letmeinrightnow openthedoor openthegate youshallnotpass whosyourdaddy
	liverpoolfootballclub manchesterunited youllneverwalkalone gopatriotsgo goredsoxgo letsgoredsox letsgopatriots
	dallascowboys pittsburghsteelers newyorkyankees greenbaypackers chicagobulls losangeleslakers
	bostonredsox bostonceltics bostonbruins newenglandpatriots worcestermassachusetts
	mickeymouseclub mickeymouseminniemouse spongebobsquarepants teenagemutantninjaturtles winniethepooh
	thelordoftherings lordoftherings harrypotterandthe avadakedavra expectopatronum winteriscoming
	liveloveandlaugh livelaughlove livelovelaugh carpediemcarpediem hakunamatata dontworrybehappy
	bethechangeyouwishtosee neverletmedown nevergiveup nevergonnagiveyouup alwaysandforever foreverandever
	foreverandalways happilyeverafter happybirthdaytome happybirthdaytoyou happynewyear merrychristmas
	felizcumpleanos feliznavidad feliznatal felizaniversario teamoconmivida teamoparasiempre teamomuchisimo
	teamomiamor tequieromucho dioseamor diosesamor dioseselamor jesusteama jesusmeama deusefiel deuseamor
	deusnocomando euamoaminhafamilia euamomeusfilhos euamojesus euteamomuito euteamoparasempre minhasenha
	minhasenhasecreta senhasenhasenha estaesmicontrasena micontrasena micontrasenasecreta contrasenasegura
	nomeacuerdo nomeacuerdodemicontrasena notengocontrasena ochentaynueve unodostrescuatro unodostrescuatrocinco
	umdoistresquatro umdoistresquatrocinco onetwothreefour onetwothreefourfive onetwothreefourfivesix
	waypostdemoonly waypostpassword
	zaq12wsxcde34rfv zaq1xsw2cde3vfr4 qaz123wsx456edc 1qaz2wsx3edc4rfv 1qaz2wsx3edc4rfv5tgb
	1q2w3e4r5t6y7u8i 1q2w3e4r5t6y7u8i9o 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8 q1w2e3r4t5y6u7i8o9p0
	qwe123asd456zxc qweasdzxcrtyfgh qwertyuiopasdfghjklzxcvbnm qazwsxedcrfvtgb qazwsxedcrfvtgbyhnujm
	1a2b3c4d5e6f7g8h a1b2c3d4e5f6g7h8 a1s2d3f4g5h6j7k8 aabbccddeeffgghh 112233445566778899 123123123123123
	abc123abc123abc abcd1234abcd1234 abcd1234efgh5678 1234abcd1234abcd 123456789abcdefg 123456789qwerty
	qwerty123456789 asdfghjkl123456 zxcvbnm123456789 password123456789 passw0rdpassw0rd admin1234567890
	31415926535897932 314159265358979 271828182845904 161803398874989 1223334444555555 1357924680135792
	147258369147258 159753159753159 789456123789456 741852963741852 963852741963852 012345678901234
`
		.trim()
		.toLowerCase()
		.split(/\s+/)
);

/** Rows that a finger runs along: letters and digits in order, and keyboards of English, German, French layout. */
export const runs: readonly string[] = [
	'abcdefghijklmnopqrstuvwxyz',
	'01234567890123456789',
	'1234567890qwertyuiopasdfghjklzxcvbnm',
	'qwertyuiopqwertyuiop',
	'asdfghjklasdfghjkl',
	'zxcvbnmzxcvbnm',
	'qwertzuiopasdfghjklyxcvbnm',
	'azertyuiopqsdfghjklmwxcvbn',
	'qazwsxedcrfvtgbyhnujmikolp',
	'1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
	'1q2w3e4r5t6y7u8i9o0p',
	'a1b2c3d4e5f6g7h8i9j0'
];
